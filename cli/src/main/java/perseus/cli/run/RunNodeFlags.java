package perseus.cli.run;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.agent.hosts.AgentNodes;
import perseus.cli.common.FlagGroup;
import perseus.cluster.Placement;
import perseus.cluster.ThisProcess;
import perseus.io.UserError;
import perseus.wire.JobSecret;
import picocli.CommandLine.Option;

/**
 * Reads the number of hosts of a job, the number of this host and the address of host 0. A value
 * comes from a flag of this command, an environment variable, or a flag of torchrun in the training
 * command, in this order.
 */
@FlagGroup("Several hosts")
final class RunNodeFlags {
  private static final int MAX_PORT = 65_535;

  @Option(
      names = "--nnodes",
      paramLabel = "N",
      description =
          "Number of hosts of the job. Start perseus-run on each of them with the same flags. Default: NNODES, or what"
              + " torchrun's flags, srun or mpirun say, else 1.")
  private Integer nodes;

  @Option(
      names = "--node_rank",
      paramLabel = "N",
      description =
          "Number of this host, from 0. Host 0 chooses the clocks of all ranks. Default: NODE_RANK or GROUP_RANK, or what torchrun's"
              + " flags, srun or mpirun say.")
  private Integer node;

  @Option(
      names = "--agent_addr",
      paramLabel = "HOST:PORT",
      description =
          "Name or address of host 0, and the port at which its perseus-run listens for the others. Default: MASTER_ADDR, and"
              + " port 20000 + (MASTER_PORT + 2000) mod 9000.")
  private String address;

  @Option(
      names = "--rendezvous_timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "Maximum time to wait for perseus-run on the other hosts. Default: ${DEFAULT-VALUE}.")
  private int timeout;

  /**
   * Returns the number of hosts of the job, the number of this host and the address of host 0.
   *
   * @throws UserError if flags and variables contradict each other, or if a needed value is missing
   */
  AgentNodes nodes(Map<String, String> environment, List<String> command) {
    if (timeout < 1) {
      throw new UserError("--rendezvous_timeout must be 1 second or more, not " + timeout + ".");
    }
    requireFrom("--nnodes", nodes, 1);
    requireFrom("--node_rank", node, 0);
    Placement placement = placement(environment, command);
    int count = placement.nodes().value();
    if (count == 1) {
      return AgentNodes.ONE;
    }
    if (placement.isSpare() || placement.startsSeveral()) {
      throw new UserError(
          "torchrun has started several processes of perseus-run on this host; put perseus-run around torchrun, as in: perseus-run -- torchrun --nproc-per-node 4 train.py");
    }
    String host = host(placement);
    JobSecret secret = JobSecret.ofEnvironment(environment);
    return new AgentNodes(
        count,
        placement.node().value(),
        host,
        port(placement),
        Duration.ofSeconds(timeout),
        secret == null ? JobSecret.NONE : secret,
        Map.of());
  }

  private static void requireFrom(String flag, Integer value, int minimum) {
    if (value != null && value < minimum) {
      throw new UserError("%s must be %d or more, not %d.".formatted(flag, minimum, value));
    }
  }

  /**
   * Reads the environment variables about the nodes of the job. If the user has given a flag, its
   * value replaces the value of the environment variable with the same meaning.
   */
  private Placement placement(Map<String, String> environment, List<String> command) {
    Map<String, String> variables = new HashMap<>(environment);
    if (nodes != null) {
      variables.put("NNODES", nodes.toString());
      if (nodes == 1) {
        variables.put("NODE_RANK", "0");
      }
    }
    if (node != null) {
      variables.put("NODE_RANK", node.toString());
    } else if (!variables.containsKey("NODE_RANK") && variables.containsKey("GROUP_RANK")) {
      variables.put("NODE_RANK", variables.get("GROUP_RANK"));
    }
    TorchrunFlags.variables(command).forEach(variables::putIfAbsent);
    return Placement.of(
        variables,
        new ThisProcess(ProcessHandle.current().pid(), Boolean.getBoolean("perseus.terminal")));
  }

  private String host(Placement placement) {
    int colon = address == null ? -1 : address.lastIndexOf(':');
    String host = address == null ? placement.masterAddress() : address.substring(0, colon + 1);
    if (address != null && colon < 1 || host == null) {
      throw new UserError(
          address == null
              ? "A job on several hosts needs the address of host 0; give MASTER_ADDR, or --agent_addr HOST:PORT."
              : "--agent_addr %s must be HOST:PORT, such as gpu01:24500.".formatted(address));
    }
    return address == null ? host : address.substring(0, colon).replaceAll("^\\[|]$", "");
  }

  private int port(Placement placement) {
    if (address == null) {
      return placement.agentPort();
    }
    String port = address.substring(address.lastIndexOf(':') + 1);
    if (!port.matches("[0-9]{1,5}")
        || Integer.parseInt(port) < 1
        || Integer.parseInt(port) > MAX_PORT) {
      throw new UserError(
          "--agent_addr %s must be HOST:PORT with a port from 1 to %d."
              .formatted(address, MAX_PORT));
    }
    return Integer.parseInt(port);
  }
}
