package perseus.cli.run;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the number of hosts, the number of this host and the address of host 0 from the flags of
 * torchrun.
 */
final class TorchrunFlags {
  private static final Set<String> MODULES =
      Set.of("torch.distributed.run", "torch.distributed.launch");

  private static final Set<String> WITHOUT_VALUE =
      Set.of(
          "-h",
          "--help",
          "-m",
          "--module",
          "--no_python",
          "--run_path",
          "--standalone",
          "--use_env",
          "--virtual_local_rank");

  private static final Map<String, String> VARIABLES =
      Map.of(
          "--nnodes", "NNODES",
          "--node_rank", "NODE_RANK",
          "--master_addr", "MASTER_ADDR",
          "--master_port", "MASTER_PORT");

  private TorchrunFlags() {}

  /**
   * Returns the environment variables that have the same meaning as the flags of torchrun in the
   * training command. The returned map is empty if the training command does not start torchrun.
   * The returned map is also empty if torchrun's flags lack one of the values.
   */
  static Map<String, String> variables(List<String> command) {
    int position = 0;
    while (position < command.size() && !isTorchrun(command.get(position))) {
      position++;
    }
    Map<String, String> variables = new HashMap<>();
    for (position++; position < command.size(); position++) {
      String argument = command.get(position);
      if (!argument.startsWith("-")) {
        // After the flags of torchrun, the next argument is the training script, and all later
        // arguments are flags of the training script.
        break;
      }
      int equals = argument.indexOf('=');
      String flag =
          (equals < 0 ? argument : argument.substring(0, equals)).replaceAll("(?<=\\w)-", "_");
      if (equals < 0 && WITHOUT_VALUE.contains(flag)) {
        continue;
      }
      String variable = VARIABLES.get(flag);
      String value =
          equals >= 0
              ? argument.substring(equals + 1)
              : ++position < command.size() ? command.get(position) : "";
      if (variable != null && !value.isEmpty()) {
        variables.put(variable, value);
      }
    }
    boolean complete =
        variables.getOrDefault("NNODES", "").matches("[0-9]{1,9}")
            && variables.containsKey("NODE_RANK")
            && variables.containsKey("MASTER_ADDR");
    return complete ? variables : Map.of();
  }

  private static boolean isTorchrun(String argument) {
    return MODULES.contains(argument)
        || argument.endsWith("torchrun")
            && Path.of(argument).getFileName().toString().equals("torchrun");
  }
}
