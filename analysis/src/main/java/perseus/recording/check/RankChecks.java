package perseus.recording.check;

import java.util.List;
import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warnings;

/** Runs all checks of the recording of one rank. */
public final class RankChecks {
  /** A new check of a rank must be added to this list. */
  private static final List<RankCheck> ALL =
      List.of(
          new OptimizerStepCount(),
          new WindowBorders(),
          new WarmupCount(),
          new ClockChangeInWindow());

  private RankChecks() {}

  /**
   * Checks the recording of one rank.
   *
   * @param runs recordings of one rank, one for each directory with logs of the rank
   * @param warnings receives a warning for each doubtful fact
   * @param evidence receives what the checks find out about the real clocks of the GPUs
   * @throws perseus.io.UserError if the recording contradicts the user's flags
   */
  public static void check(List<RankRun> runs, Warnings warnings, ClockEvidence evidence) {
    for (RankRun run : runs) {
      ALL.forEach(check -> check.check(run, warnings, evidence));
    }
    RepeatedRuns.compare(runs, warnings, evidence);
    ClocksRead.add(runs, evidence);
  }
}
