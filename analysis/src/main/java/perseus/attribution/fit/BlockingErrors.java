package perseus.attribution.fit;

import java.util.List;
import perseus.attribution.result.InstructionEnergy;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/** Computes two errors of a fitted blocking power that do not come from noise of the readings. */
final class BlockingErrors {
  /** Typical error of the recorded start or end of an instruction, in seconds. */
  private static final double TIME_ERROR_SECONDS = 3e-5;

  private BlockingErrors() {}

  /**
   * Returns the error of the blocking power in watts that follows from errors of the recorded times
   * of instructions. If the rank hardly waits, most of its recorded waiting time is such an error.
   *
   * @param watts fitted blocking power
   * @param busyWatts mean power while instructions ran
   * @param blockingSeconds time for which the rank waited in the window
   */
  static double ofTimes(Window window, double watts, double busyWatts, double blockingSeconds) {
    long records = 0;
    for (Segment segment : window.segments()) {
      records += segment.to() - segment.from();
    }
    double seconds = Math.max(TIME_ERROR_SECONDS, blockingSeconds);
    return Math.abs(busyWatts - watts) * records * TIME_ERROR_SECONDS / seconds;
  }

  /**
   * Returns the error in watts of a blocking power that cannot be right: the blocking power itself
   * if it exceeds the mean power of a computation, else 0. No GPU draws more power while it waits
   * than while it computes.
   */
  static double ofExcess(double watts, List<InstructionEnergy> instructions) {
    return instructions.stream()
            .filter(energy -> energy.instruction().isComputation())
            .anyMatch(energy -> energy.watts() < watts)
        ? watts
        : 0;
  }
}
