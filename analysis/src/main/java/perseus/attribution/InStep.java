package perseus.attribution;

import java.util.ArrayList;
import java.util.List;
import perseus.numeric.Quantile;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Finds frequencies at which iterations run in step with the updates of the energy counter.
 *
 * <p>If an iteration lasts a whole number of counter updates, each update covers the same part of
 * every iteration. Many iterations in step give hardly more information than one iteration, so that
 * the powers of instructions cannot be separated well.
 *
 * <p>Method: the position of each update in its iteration is converted to a point on the unit
 * circle. The distance of the mean of all points from the centre is called the mean resultant
 * length. Iterations and updates are in step if this distance is near 1.
 *
 * <pre>
 *   mean resultant length = absolute value of the mean of exp(2 pi i m u) over all updates
 *     m  rounded number of counter updates in an iteration
 *     u  time of an update since the start of its iteration / iteration time
 * </pre>
 *
 * <p>For counter updates at random times, the mean resultant length is near 0.
 *
 * <p>Complexity: O(U + I) time for U counter updates and I iterations. Limits: few iterations, or
 * iterations much shorter than the update period, never count as in step with the counter updates.
 * Source: the mean resultant length of circular statistics (Mardia and Jupp, Directional
 * Statistics, 2000).
 */
final class InStep {
  /** Minimum mean resultant length of iterations that run in step with the counter. */
  private static final double MIN_COHERENCE = 0.9;

  private static final int MIN_ITERATIONS = 4;

  private InStep() {}

  /** Returns whether the iterations at one frequency run in step with the counter updates. */
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
