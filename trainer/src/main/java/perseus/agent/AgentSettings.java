package perseus.agent;

import java.nio.file.Path;
import java.util.List;
import perseus.agent.hosts.AgentNodes;
import perseus.control.Scheduler;

/**
 * Holds the parameters of the agent (the process of {@code perseus-run} on one host).
 *
 * @param command the training command with its arguments
 * @param outputDirectory directory into which the agent writes its files
 * @param scheduler factory of the scheduler that chooses the frequency schedules; null if the agent
 *     only records
 * @param iterationsPerSchedule number of iterations under each frequency schedule
 * @param maxIterations maximum number of iterations for which the agent records and sets clocks; 0
 *     for no limit
 * @param recorded true if the agent writes logs
 * @param kept true if the last frequency schedule stays in force until the training command ends
 * @param stops true if the agent ends the training command after the last frequency schedule
 * @param dumped true if the agent writes a state dump (JSON files with schedules and results)
 * @param nodes nodes (hosts) of the job, each of which has an agent
 */
public record AgentSettings(
    List<String> command,
    Path outputDirectory,
    Scheduler.Factory scheduler,
    int iterationsPerSchedule,
    int maxIterations,
    boolean recorded,
    boolean kept,
    boolean stops,
    boolean dumped,
    AgentNodes nodes) {
  public AgentSettings {
    command = List.copyOf(command);
  }

  /**
   * Returns the directory for files that would have the same names on every host. In a job on
   * several hosts, it is a folder such as {@code node-1} in the output directory, so that no host
   * overwrites the files of another host.
   */
  Path directoryOfHost() {
    return nodes.areSeveral() ? outputDirectory.resolve("node-" + nodes.node()) : outputDirectory;
  }
}
