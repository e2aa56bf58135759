package perseus.agent;

import java.nio.file.Path;
import java.util.List;
import perseus.agent.gpu.AgentGpus.Energy;
import perseus.engine.TrainingResult.RoundResult;

/**
 * Holds the result of an agent (the process of {@code perseus-run} on one host).
 *
 * @param exitCode exit code of perseus-run
 * @param rounds measurements of the frequency schedules, in the order in which they ran
 * @param energies energy of each GPU while the command ran
 * @param files the files that the agent has written
 * @param connected whether any rank has connected
 * @param dumpDirectory directory of the state dump (JSON files with the schedules and results);
 *     null if none was written
 * @param parts hosts and directories of those files of the recording that other nodes have written
 *     into their own directories, each as host:directory; empty on all nodes except node 0
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
   * Returns the exit code of {@code perseus-run}: 1 if the command has succeeded but its recording
   * could not be written; otherwise the exit code of the command.
   */
  static int exitCode(int ofCommand, boolean unwritten) {
    return ofCommand == 0 && unwritten ? FAILED : ofCommand;
  }
}
