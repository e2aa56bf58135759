package perseus.attribution.activity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.util.ResizableDoubleArray;
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
    Map<Instruction, List<ResizableDoubleArray>> durations = new TreeMap<>();
    for (Segment segment : window.segments()) {
      InstructionLog log = segment.instructions();
      List<List<ResizableDoubleArray>> byKind =
          log.kinds().stream()
              .map(kind -> durations.computeIfAbsent(kind, k -> new ArrayList<>()))
              .toList();
      Instances.forEach(
          segment,
          (record, position) -> {
            List<ResizableDoubleArray> positions = byKind.get(log.kind()[record]);
            while (positions.size() <= position) {
              positions.add(new ResizableDoubleArray());
            }
            positions.get(position).addElement(log.end()[record] - log.start()[record]);
          });
    }
    durations.forEach(
        (kind, positions) -> {
          if (!positions.isEmpty()) {
            ofKind.put(kind, usual(kind, positions));
          }
        });
  }

  static UsualDurations of(Window window) {
    return new UsualDurations(window);
  }

  private static Usual usual(Instruction kind, List<ResizableDoubleArray> positions) {
    double[] all =
        positions.stream().flatMapToDouble(here -> Arrays.stream(here.getElements())).toArray();
    double median = Quantile.median(all);
    if (!kind.isComputation()) {
      return new Usual(median, null);
    }
    double usual = Quantile.of(all, USUAL_SHARE);
    double longestOfKind = Math.max(MIN_RATIO * usual, usual + SPREADS * (usual - median));
    double[] limits = new double[positions.size()];
    long stalled = 0;
    for (int position = 0; position < limits.length; position++) {
      double[] here = positions.get(position).getElements();
      double longest = Math.max(longestOfKind, MIN_RATIO * Quantile.median(here));
      limits[position] = longest;
      stalled += Arrays.stream(here).filter(seconds -> seconds > longest).count();
    }
    return new Usual(median, stalled <= MAX_SHARE * all.length ? limits : null);
  }

  /**
   * Returns the usual duration of each of the given instructions; null for one without an instance.
   */
  List<Usual> of(List<Instruction> kinds) {
    return kinds.stream().map(ofKind::get).toList();
  }
}
