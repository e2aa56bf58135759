package perseus.agent;

import java.nio.file.Path;
import java.util.List;
import perseus.agent.gpu.AgentGpus.Energy;
import perseus.engine.TrainingResult.RoundResult;

/**
 * Holds the result of an agent.
 *
 * @param exitCode exit code of perseus-run
 * @param rounds measurements of the frequency schedules, in the order in which they ran
 * @param energies energy of each GPU while the command ran
 * @param files the files that the agent has written
 * @param connected whether any rank has connected
 * @param dumpDirectory directory of the state dump; null if there is none
 * @param parts on node 0 of a job on several hosts, the hosts and directories of those files of the
 *     recording that are not in its own directory
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
   * Returns the exit code of perseus-run, which is that of the command. If the command has
   * succeeded but its recording could not be written, the exit code is 1.
   */
  static int exitCode(int ofCommand, boolean unwritten) {
    return ofCommand == 0 && unwritten ? FAILED : ofCommand;
  }
}
