package perseus.attribution;

import perseus.attribution.sensor.PowerLimit;
import perseus.attribution.sensor.SampleStamps;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Computes the relative standard error of energies that coarse recorded times add to the errors of
 * the fit. The fit itself averages over the unknown part of coarse times.
 */
final class CoarseTimesError {
  /**
   * Relative standard error per second of the time quantum, for a GPU at its power limit. There,
   * power depends on the recorded lengths of waits, which the fit cannot average. On a two-stage
   * pipeline of H200s, times of instructions or power samples with a quantum of 10 ms changed
   * energies by up to 2.7 percent, together by up to 3.9 percent.
   */
  private static final double PER_SECOND_AT_LIMIT = 1.5;

  /**
   * The same for instructions, if energies come from the counter alone. Times with a quantum of 10
   * ms changed them by up to 9 percent.
   */
  private static final double PER_SECOND_OF_COUNTER = 4;

  /**
   * Quantum of the instructions in seconds above which the error grows with the square of the
   * quantum. A quantum of 20 ms changed energies by up to 6 percent, and by up to 24 percent from
   * the counter alone.
   */
  private static final double SQUARED_ABOVE_SECONDS = 0.01;

  /**
   * Maximum quantum in seconds of readings that is multiplied by {@link #PER_SECOND_AT_LIMIT}.
   * Readings that cover more time average over the effects of the power limit.
   */
  private static final double MAX_READING_SECONDS = 0.02;

  /**
   * Relative standard error if coarse times hide which power samples are late. On a busy H200,
   * energies change by up to 1.5 percent if late samples are not corrected.
   */
  private static final double OF_LATE_SAMPLES = 0.015;

  private CoarseTimesError() {}

  /**
   * Returns the relative standard error of energies from coarse times.
   *
   * @param isSparse whether the readings are so far apart that they show no effect of the limit
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
