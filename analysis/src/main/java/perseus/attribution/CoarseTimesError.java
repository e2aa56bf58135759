package perseus.attribution;

import perseus.attribution.sensor.PowerLimit;
import perseus.attribution.sensor.SampleStamps;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Computes the relative standard error that rounded times add to energies. A program may round
 * times down to a multiple of a time quantum, such as 10 ms. The fit averages over the possible
 * true times ({@code TimeBlur}), and this class computes the error that remains.
 */
final class CoarseTimesError {
  /**
   * Relative standard error per second of the time quantum, for a GPU at its power limit. At the
   * power limit, power depends on the lengths of earlier waits, and rounding changes these lengths.
   * A two-stage pipeline of H200s was measured with a quantum of 10 ms. Rounded times of
   * instructions, or of power samples, changed energies by up to 2.7 percent. If all these times
   * were rounded, energies changed by up to 3.9 percent.
   */
  private static final double PER_SECOND_AT_LIMIT = 1.5;

  /**
   * Relative standard error per second of the time quantum of instructions, for a GPU at its power
   * limit without power samples. A quantum of 10 ms changed energies by up to 9 percent.
   */
  private static final double PER_SECOND_OF_COUNTER = 4;

  /**
   * Time quantum of instructions in seconds above which the error is proportional to the square of
   * the quantum. A quantum of 20 ms changed energies by up to 6 percent with power samples, and by
   * up to 24 percent without them.
   */
  private static final double SQUARED_ABOVE_SECONDS = 0.01;

  /**
   * Time quantum of readings in seconds above which the error no longer grows. With a longer
   * quantum, each reading averages over the effects of the power limit.
   */
  private static final double MAX_READING_SECONDS = 0.02;

  /**
   * Relative standard error of energies if rounded times do not show which power samples are late.
   * On a busy H200, energies change by up to 1.5 percent if late samples are not corrected.
   */
  private static final double OF_LATE_SAMPLES = 0.015;

  private CoarseTimesError() {}

  /**
   * Returns the relative standard error that rounded times add to energies.
   *
   * @param isSparse whether the readings are so far apart that they show no effect of the power
   *     limit
   */
  static double of(RankRecording rank, Window window, boolean isSparse) {
    double error = 0;
    if (!Double.isNaN(PowerLimit.watts(rank, window))) {
      double perSecond = isSparse ? PER_SECOND_OF_COUNTER : PER_SECOND_AT_LIMIT;
      for (Segment segment : window.segments()) {
        double readings = Math.min(MAX_READING_SECONDS, quantumOfReadings(segment));
        double instructions = segment.instructions().quantumSeconds();
        double ofInstructions =
            perSecond * instructions * Math.max(1, instructions / SQUARED_ABOVE_SECONDS);
        error = Math.max(error, Math.hypot(ofInstructions, PER_SECOND_AT_LIMIT * readings));
      }
    }
    return Math.hypot(error, SampleStamps.areHidden(rank) ? OF_LATE_SAMPLES : 0);
  }

  private static double quantumOfReadings(Segment segment) {
    return segment.samples().isEmpty()
        ? segment.energy().quantumSeconds()
        : segment.samples().quantumSeconds();
  }
}
