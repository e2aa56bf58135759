package perseus.agent.command;

import java.nio.file.Path;
import java.util.List;

/** Names a training command, for the names of its model and of its output directory. */
public final class CommandName {
  private CommandName() {}

  /**
   * Returns the name of the training script in a command, without the ending ".py"; the name of the
   * program if the command names no script. The name of {@code torchrun --nproc-per-node 4
   * train.py} is "train".
   */
  public static String of(List<String> command) {
    String named =
        command.stream().filter(word -> word.endsWith(".py")).findFirst().orElse(module(command));
    Path file = Path.of(named).getFileName();
    String name = file == null ? "" : file.toString().replaceFirst("\\.py$", "");
    String plain = name.replaceAll("[^\\p{L}\\p{N}._-]", "-");
    return plain.isEmpty() ? "job" : plain;
  }

  /**
   * Returns the Python module that a command runs, as in "python -m pkg.train"; else the program.
   */
  private static String module(List<String> command) {
    int flag = command.indexOf("-m");
    boolean python = String.valueOf(Path.of(command.get(0)).getFileName()).startsWith("python");
    if (!python || flag < 0 || flag + 1 >= command.size()) {
      return command.get(0);
    }
    String module = command.get(flag + 1);
    return module.substring(module.lastIndexOf('.') + 1);
  }
}
