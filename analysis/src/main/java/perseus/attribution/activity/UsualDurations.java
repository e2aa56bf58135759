package perseus.attribution.activity;

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
 * Computes the usual duration of each instruction, and finds instances during which the host
 * stalls.
 *
 * <p>The host may stall because Python collects garbage, so that the GPU waits for its next CUDA
 * kernel. An instance of an instruction counts as stalled if its duration exceeds three limits:
 *
 * <pre>
 *   duration &gt; 1.5 q,  duration &gt; q + 4 (q - m),  duration &gt; 1.5 h
 *     q  0.8 quantile of all durations of the instruction
 *     m  median of all durations of the instruction
 *     h  median of the durations at the same position of the iteration
 * </pre>
 *
 * <p>If more than a tenth of the instances of an instruction would count as stalled, none of them
 * does.
 *
 * <p>Complexity: O(N log N) time for N records of the instruction log.
 */
final class UsualDurations {
  private static final double MIN_RATIO = 1.5;
  private static final double MAX_SHARE = 0.1;
  private static final double USUAL_SHARE = 0.8;
  private static final double SPREADS = 4;

  /**
   * Holds the usual duration of one instruction.
   *
   * @param medianSeconds median duration in seconds
   * @param limits longest duration in seconds without a stall for each position in the iteration;
   *     null if no instance is stalled
   */
  record Usual(double medianSeconds, double[] limits) {
    boolean isStalled(int position, double seconds) {
      return limits != null && seconds > limits[position];
    }
  }

  private final Map<Instruction, Usual> ofKind = new TreeMap<>();

  private UsualDurations(Window window) {
    Map<Instruction, Durations> durations = new TreeMap<>();
    visit(window, durations, (found, position, seconds) -> found.count(position));
    durations.values().forEach(Durations::allocate);
    visit(window, durations, Durations::add);
    durations.forEach(
        (kind, found) -> {
          if (found.positions > 0) {
            ofKind.put(kind, usual(kind, found));
          }
        });
  }

  @FunctionalInterface
  private interface Visitor {
    void accept(Durations ofKind, int position, double seconds);
  }

  /** Passes each record of the window to {@code visitor}, in order of time. */
  private static void visit(Window window, Map<Instruction, Durations> durations, Visitor visitor) {
    for (Segment segment : window.segments()) {
      InstructionLog log = segment.instructions();
      Durations[] byKind =
          log.kinds().stream()
              .map(kind -> durations.computeIfAbsent(kind, k -> new Durations()))
              .toArray(Durations[]::new);
      Instances.forEach(
          segment,
          (record, position) ->
              visitor.accept(
                  byKind[log.kind()[record]], position, log.end()[record] - log.start()[record]));
    }
  }

  /** Holds all durations of one instruction in seconds, sorted by position in the iteration. */
  private static final class Durations {
    private int positions;

    /**
     * Number of durations at each position, while {@link #count} is called. After all calls of
     * {@link #add}, the index in {@code all} just after the durations of each position.
     */
    private int[] ends = new int[16];

    private double[] all;

    void count(int position) {
      if (position >= ends.length) {
        ends = Arrays.copyOf(ends, 2 * position);
      }
      ends[position]++;
      positions = Math.max(positions, position + 1);
    }

    /**
     * Reserves memory for all durations. The caller then passes each duration to {@link #add}, at
     * the same positions as to {@link #count}.
     */
    void allocate() {
      int before = 0;
      for (int position = 0; position < positions; position++) {
        int count = ends[position];
        ends[position] = before;
        before += count;
      }
      all = new double[before];
    }

    void add(int position, double seconds) {
      all[ends[position]++] = seconds;
    }

    double[] at(int position) {
      return Arrays.copyOfRange(all, position == 0 ? 0 : ends[position - 1], ends[position]);
    }
  }

  static UsualDurations of(Window window) {
    return new UsualDurations(window);
  }

  private static Usual usual(Instruction kind, Durations durations) {
    double[] all = durations.all;
    double median = Quantile.median(all);
    if (!kind.isComputation()) {
      return new Usual(median, null);
    }
    double usual = Quantile.of(all, USUAL_SHARE);
    double longestOfKind = Math.max(MIN_RATIO * usual, usual + SPREADS * (usual - median));
    double[] limits = new double[durations.positions];
    long stalled = 0;
    for (int position = 0; position < limits.length; position++) {
      double[] here = durations.at(position);
      limits[position] = longestOfKind;
      // Only a duration above the limit can be stalled, so only then is the median needed.
      if (longest(here) > longestOfKind) {
        double longest = Math.max(longestOfKind, MIN_RATIO * Quantile.median(here));
        limits[position] = longest;
        stalled += Arrays.stream(here).filter(seconds -> seconds > longest).count();
      }
    }
    return new Usual(median, stalled <= MAX_SHARE * all.length ? limits : null);
  }

  private static double longest(double[] seconds) {
    double longest = Double.NEGATIVE_INFINITY;
    for (double one : seconds) {
      longest = Math.max(longest, one);
    }
    return longest;
  }

  /**
   * Returns the usual duration of each instruction; null for an instruction without an instance.
   */
  List<Usual> of(List<Instruction> kinds) {
    return kinds.stream().map(ofKind::get).toList();
  }
}
