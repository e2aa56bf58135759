package perseus.attribution;

import java.util.ArrayList;
import java.util.List;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Finds windows in which iterations run in step with the updates of the energy counter.
 *
 * <p>If an iteration lasts m updates, with m near an integer, each update covers the same part of
 * every iteration. Then the readings of many iterations contain hardly more information than the
 * readings of one iteration, and the powers of different activities cannot be separated well.
 *
 * <p>Method: let u be the time of an update since the start of its iteration, divided by the length
 * of the iteration. The updates are in step if the mean of exp(2 pi i m u) over all updates has an
 * absolute value near 1, where m is the rounded number of updates in an iteration. For updates at
 * random times, the mean is near 0.
 *
 * <p>Complexity: O(U + I) for U updates and I iterations. Limits: windows with few iterations, and
 * iterations that are much shorter than the period of the updates, never count as in step. Source:
 * the absolute value of the mean is the mean resultant length of circular statistics (Mardia and
 * Jupp, Directional Statistics, 2000).
 */
final class InStep {
  /**
   * Updates count as in step if the absolute value of the mean of exp(2 pi i m u) is larger than
   * this.
   */
  private static final double MIN_COHERENCE = 0.9;

  private static final int MIN_ITERATIONS = 4;

  private InStep() {}

  /** Returns whether the iterations of a window run in step with the updates of the counter. */
  static boolean is(Window window) {
    List<Double> lengths = new ArrayList<>();
    for (Segment segment : window.segments()) {
      double[] starts = starts(segment);
      for (int k = 1; k < starts.length; k++) {
        lengths.add(starts[k] - starts[k - 1]);
      }
    }
    if (lengths.size() < MIN_ITERATIONS) {
      return false;
    }
    double length = Quantile.median(lengths.stream().mapToDouble(Double::doubleValue).toArray());
    EnergyLog log = window.segments().get(0).energy();
    double updates = Math.rint(length / log.periodSeconds());
    if (updates < 1) {
      return false;
    }
    double cosines = 0;
    double sines = 0;
    long count = 0;
    for (Segment segment : window.segments()) {
      double[] starts = starts(segment);
      int k = 0;
      for (double time : segment.energy().times()) {
        while (k + 1 < starts.length && starts[k + 1] <= time) {
          k++;
        }
        if (time >= starts[k] && time < starts[k] + length && time <= segment.end()) {
          double angle = 2 * Math.PI * updates * (time - starts[k]) / length;
          cosines += Math.cos(angle);
          sines += Math.sin(angle);
          count++;
        }
      }
    }
    return count > 0 && Math.hypot(cosines, sines) / count > MIN_COHERENCE;
  }

  private static double[] starts(Segment segment) {
    double[] starts = new double[segment.iterations().length];
    for (int k = 0; k < starts.length; k++) {
      starts[k] = segment.instructions().start()[segment.iterations()[k]];
    }
    return starts;
  }
}
