package perseus.agent;

import java.nio.file.Path;
import java.util.List;
import perseus.agent.hosts.AgentNodes;
import perseus.control.Scheduler;

/**
 * Holds the settings of an agent.
 *
 * @param command the training command with its arguments
 * @param outputDirectory the run directory, or the part of it that belongs to this node
 * @param scheduler factory of the scheduler that chooses the frequency schedules; null if the agent
 *     only records
 * @param iterationsPerSchedule number of iterations under each frequency schedule
 * @param maxIterations maximum number of iterations that are recorded and steered; 0 for no limit
 * @param recorded whether a recording is written
 * @param kept whether the last frequency schedule stays in force until the command ends
 * @param stops whether the command is ended after the last frequency schedule
 * @param dumped whether schedules and results are written as a state dump
 * @param nodes the nodes of the job, each of which has an agent
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

  /** Returns a directory for files that each host of the job writes under the same names. */
  Path directoryOfHost() {
    return nodes.areSeveral() ? outputDirectory.resolve("node-" + nodes.node()) : outputDirectory;
  }
}
