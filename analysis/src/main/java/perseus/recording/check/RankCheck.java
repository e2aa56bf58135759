package perseus.recording.check;

import perseus.recording.log.ClockEvidence;
import perseus.recording.log.Warnings;

/** Checks the recording of one rank in one directory. */
interface RankCheck {
  /**
   * Checks the recording of one rank in one directory.
   *
   * @param warnings receives a warning for each doubt
   * @param evidence receives what the recording shows about clocks
   * @throws perseus.io.UserError if the recording contradicts the flags that describe it, so that
   *     measurements would get wrong frequencies
   */
  void check(RankRun run, Warnings warnings, ClockEvidence evidence);
}
