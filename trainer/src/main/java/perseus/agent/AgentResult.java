package perseus.agent;

import java.nio.file.Path;
import java.util.List;
import perseus.agent.gpu.AgentGpus.Energy;
import perseus.engine.TrainingResult.RoundResult;

/**
 * Holds the result of one agent. An agent is the process {@code perseus-run} of one host.
 *
 * @param exitCode exit code of {@code perseus-run}
 * @param rounds measurements under each frequency schedule, in the order in which the schedules ran
 * @param energies energy of each GPU while the training command ran
 * @param files files that the agent has written
 * @param connected whether any rank has connected
 * @param dumpDirectory directory of the state dump (JSON files with schedules and results); null if
 *     no state dump was written
 * @param parts on node 0, the directories of other nodes that contain files of the run, each as
 *     host:directory; empty on other nodes
 */
public record AgentResult(
    int exitCode,
    List<RoundResult> rounds,
    List<Energy> energies,
    List<Path> files,
    boolean connected,
    Path dumpDirectory,
    List<String> parts) {
  private static final int FAILED = 1;

  /**
   * Returns the exit code of {@code perseus-run}. The exit code is that of the training command, or
   * 1 if the command succeeded but the logs were not written.
   */
  static int exitCode(int ofCommand, boolean unwritten) {
    return ofCommand == 0 && unwritten ? FAILED : ofCommand;
  }
}
