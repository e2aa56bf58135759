package perseus.attribution.activity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import perseus.numeric.Quantile;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Knows how long each kind of instruction usually takes, and finds stalled instances.
 *
 * <p>An instance of a computation is stalled if the host stalls during it: for example, Python
 * collects garbage, so that the GPU waits for its next kernel. Let q be the duration that four
 * fifths of the instances of a kind do not exceed, and let m be their median. An instance is
 * stalled if it takes longer than 1.5 q and q + 4 (q - m), and longer than 1.5 times the median of
 * the instances at its position in an iteration. If more than a tenth of the instances of a kind
 * are that long, the durations simply vary, and none of them is stalled.
 *
 * <p>Complexity: O(N log N) time for N records.
 */
final class UsualDurations {
  private static final double MIN_RATIO = 1.5;
  private static final double MAX_SHARE = 0.1;
  private static final double USUAL_SHARE = 0.8;
  private static final double SPREADS = 4;

  private final Map<Instruction, Double> medians = new TreeMap<>();

  /** For each computation and position, the longest duration in seconds that is not stalled. */
  private final Map<Instruction, double[]> limits = new TreeMap<>();

  private UsualDurations(List<Segment> segments) {
    Map<Instruction, List<List<Double>>> durations = new TreeMap<>();
    for (Segment segment : segments) {
      InstructionLog log = segment.instructions();
      Instances.forEach(
          segment,
          (record, position) -> {
            List<List<Double>> positions =
                durations.computeIfAbsent(
                    log.kinds().get(log.kind()[record]), kind -> new ArrayList<>());
            while (positions.size() <= position) {
              positions.add(new ArrayList<>());
            }
            positions.get(position).add(log.end()[record] - log.start()[record]);
          });
    }
    durations.forEach(this::add);
  }

  static UsualDurations of(Window window) {
    return new UsualDurations(window.segments());
  }

  private void add(Instruction kind, List<List<Double>> positions) {
    double[] all = array(positions.stream().flatMap(List::stream).toList());
    double median = Quantile.median(all);
    medians.put(kind, median);
    if (!kind.isComputation()) {
      return;
    }
    double usual = Quantile.of(all, USUAL_SHARE);
    double longestOfKind = Math.max(MIN_RATIO * usual, usual + SPREADS * (usual - median));
    double[] limit = new double[positions.size()];
    long stalled = 0;
    for (int position = 0; position < limit.length; position++) {
      double[] here = array(positions.get(position));
      double longest = Math.max(longestOfKind, MIN_RATIO * Quantile.median(here));
      limit[position] = longest;
      stalled += Arrays.stream(here).filter(seconds -> seconds > longest).count();
    }
    if (stalled <= MAX_SHARE * all.length) {
      limits.put(kind, limit);
    }
  }

  private static double[] array(List<Double> durations) {
    return durations.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Returns the median duration of a kind of instruction that occurs in the window, in seconds. */
  double seconds(Instruction kind) {
    return medians.get(kind);
  }

  /**
   * Returns whether an instance is stalled.
   *
   * @param position position among the instances of {@code kind} in its iteration, from 0
   * @param seconds duration of the instance
   */
  boolean isStalled(Instruction kind, int position, double seconds) {
    double[] limit = limits.get(kind);
    return limit != null && seconds > limit[position];
  }
}
