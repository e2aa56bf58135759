package perseus.attribution.fit;

import java.util.List;
import perseus.attribution.result.InstructionEnergy;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/** Computes errors of a fitted blocking power that the noise of the readings does not show. */
final class BlockingErrors {
  /** Typical error of the recorded start or end of an instruction, in seconds. */
  private static final double TIME_ERROR_SECONDS = 3e-5;

  private BlockingErrors() {}

  /**
   * Returns the error of the blocking power that follows from errors of the recorded times of
   * instructions, in watts. If the rank hardly waits, the time before an instruction consists of
   * such errors.
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
   * Returns the blocking power if it exceeds the power of a computation, which happens on no GPU; 0
   * otherwise. It is an error in watts that makes such a blocking power useless.
   */
  static double ofExcess(double watts, List<InstructionEnergy> instructions) {
    return instructions.stream()
            .filter(energy -> energy.instruction().isComputation())
            .anyMatch(energy -> energy.watts() < watts)
        ? watts
        : 0;
  }
}
