package perseus.attribution.fit;

import java.util.List;
import perseus.attribution.result.InstructionEnergy;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/** Computes two errors of a fitted blocking power that are not caused by noise in the readings. */
final class BlockingErrors {
  /** Typical error of the recorded start or end of an instruction, in seconds. */
  private static final double TIME_ERROR_SECONDS = 3e-5;

  private BlockingErrors() {}

  /**
   * Returns the error of the blocking power that is caused by errors of the recorded instruction
   * times, in watts. For a rank that hardly waits, errors of the recorded times are a large part of
   * its waiting time.
   *
   * @param watts fitted blocking power in watts
   * @param busyWatts mean power in watts while instructions ran
   * @param blockingSeconds total waiting time of the rank at the frequency, in seconds
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
   * Returns the error of an impossible blocking power, in watts. The error is the blocking power
   * itself if it exceeds the mean power of a computation, else 0. A GPU never draws more power
   * while it waits than while it computes, so a blocking power above the computing power is wrong.
   */
  static double ofExcess(double watts, List<InstructionEnergy> instructions) {
    return instructions.stream()
            .filter(energy -> energy.instruction().isComputation())
            .anyMatch(energy -> energy.watts() < watts)
        ? watts
        : 0;
  }
}
