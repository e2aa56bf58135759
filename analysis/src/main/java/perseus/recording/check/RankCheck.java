package perseus.recording.check;

import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warnings;

/** Checks the recording of one rank in one directory. */
interface RankCheck {
  /**
   * Checks the recording of one rank in one directory.
   *
   * @param warnings receives a warning for each doubtful fact
   * @param evidence receives what the check finds out about the real clocks of the GPUs
   * @throws perseus.io.UserError if the recording contradicts the user's flags
   */
  void check(RankRun run, Warnings warnings, ClockEvidence evidence);
}
