package perseus.attribution.activity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import perseus.numeric.Quantile;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/** Finds unusually long times between iterations, and divides the recording there. */
final class Pauses {
  /** Quantile of the times between iterations that is taken as the usual time. */
  private static final double USUAL_QUANTILE = 0.3;

  /**
   * A time between iterations is unusually long if it exceeds 1.5 times the usual time by this
   * fraction of the iteration time.
   */
  private static final double LONG_SHARE_OF_ITERATION = 0.05;

  private static final double LONG_RATIO = 1.5;

  private Pauses() {}

  /**
   * Returns the longest usual time between two iterations in seconds; infinite if no two iterations
   * are consecutive.
   */
  static double longestUsual(Window window) {
    List<Double> pauses = new ArrayList<>();
    double seconds = 0;
    for (Segment segment : window.segments()) {
      for (int k = 1; k < segment.iterations().length; k++) {
        pauses.add(pause(segment, k));
      }
      seconds += segment.seconds();
    }
    if (pauses.isEmpty()) {
      return Double.POSITIVE_INFINITY;
    }
    double[] sorted = pauses.stream().mapToDouble(Double::doubleValue).toArray();
    double iteration = seconds / Math.max(1, window.iterations());
    return LONG_RATIO * Quantile.of(sorted, USUAL_QUANTILE) + LONG_SHARE_OF_ITERATION * iteration;
  }

  /** Returns the time in seconds between iterations k - 1 and k. */
  private static double pause(Segment segment, int k) {
    int first = segment.iterations()[k];
    return segment.instructions().start()[first] - segment.instructions().end()[first - 1];
  }

  /**
   * Divides recorded iterations at each time between iterations that exceeds {@code longest}
   * seconds.
   */
  static List<Segment> divided(Segment segment, double longest) {
    List<Segment> parts = new ArrayList<>();
    int[] iterations = segment.iterations();
    int begin = 0;
    for (int k = 1; k <= iterations.length; k++) {
      if (k == iterations.length || pause(segment, k) > longest) {
        int from = begin == 0 ? segment.from() : iterations[begin];
        int to = k == iterations.length ? segment.to() : iterations[k];
        parts.add(
            new Segment(
                segment.instructions(),
                segment.energy(),
                segment.samples(),
                Arrays.copyOfRange(iterations, begin, k),
                from,
                to,
                begin == 0 ? segment.start() : segment.instructions().start()[from],
                k == iterations.length ? segment.end() : segment.instructions().end()[to - 1]));
        begin = k;
      }
    }
    return parts;
  }
}
