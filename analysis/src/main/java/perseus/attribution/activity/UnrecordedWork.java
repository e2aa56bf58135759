package perseus.attribution.activity;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import perseus.numeric.Quantile;
import perseus.pipeline.Instruction;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Window;

/**
 * Inserts records of waits in which a rank may do work that no record covers, for example an
 * evaluation after the fifth backward of each iteration.
 *
 * <p>Method: the waits after the instance of an instruction at the same position of each iteration
 * belong together. They are a candidate if nearly all of them last at least 3 ms. They must also be
 * longer than the waits after other instances of the instruction. Each candidate becomes an
 * activity with a separate power.
 */
public final class UnrecordedWork {
  /**
   * Minimum duration of the waits of a candidate, in seconds. Their median must also exceed the
   * median wait after all instances of the instruction by this time.
   */
  private static final double LEAST_SECONDS = 3e-3;

  /** Fraction of the waits of a candidate that may be shorter than the minimum duration. */
  private static final double SHORT_SHARE = 0.1;

  private static final int MIN_WAITS = 5;
  private static final int MAX_CANDIDATES = 6;

  private UnrecordedWork() {}

  /** Returns the names of the candidates of a rank at its first frequency. */
  public static List<Instruction> candidates(RankRecording rank) {
    Map<Instruction, Map<Integer, List<Double>>> waits = new TreeMap<>();
    Window window = rank.windows().get(0);
    for (Segment segment : window.segments()) {
      forEachWait(
          segment,
          (kind, position, seconds) ->
              waits
                  .computeIfAbsent(kind, k -> new TreeMap<>())
                  .computeIfAbsent(position, p -> new ArrayList<>())
                  .add(seconds));
    }
    List<Candidate> candidates = new ArrayList<>();
    waits.forEach(
        (kind, positions) -> {
          List<Double> all = positions.values().stream().flatMap(List::stream).toList();
          double usual = quantile(all, 0.5);
          positions.forEach(
              (position, own) -> {
                double longer = quantile(own, 0.5) - usual;
                if (own.size() >= MIN_WAITS
                    && quantile(own, SHORT_SHARE) > LEAST_SECONDS
                    && longer > LEAST_SECONDS) {
                  candidates.add(new Candidate(Activity.after(kind, position), longer));
                }
              });
        });
    return candidates.stream()
        .sorted(Comparator.comparingDouble(candidate -> -candidate.longer))
        .limit(MAX_CANDIDATES)
        .map(Candidate::name)
        .toList();
  }

  private record Candidate(Instruction name, double longer) {}

  private static double quantile(Collection<Double> values, double share) {
    return Quantile.of(values.stream().mapToDouble(Double::doubleValue).toArray(), share);
  }

  /** Returns the recording with a record for each wait that has one of the given names. */
  public static RankRecording inserted(RankRecording rank, Set<Instruction> names) {
    return names.isEmpty() ? rank : rank.withSegments(segment -> inserted(segment, names));
  }

  @FunctionalInterface
  private interface WaitVisitor {
    void accept(Instruction kind, int position, double seconds);
  }

  private static void forEachWait(Segment segment, WaitVisitor visitor) {
    InstructionLog log = segment.instructions();
    forEachRecord(
        segment,
        (record, kind, position, isLast) -> {
          if (!isLast) {
            visitor.accept(kind, position, log.start()[record + 1] - log.end()[record]);
          }
        });
  }

  @FunctionalInterface
  private interface RecordVisitor {
    /**
     * @param kind instruction of the record
     * @param position number of earlier records of the instruction in the same iteration
     * @param isLast whether the record is the last one of its iteration
     */
    void accept(int record, Instruction kind, int position, boolean isLast);
  }

  /** Visits all records; those with separate names count as instances of their instructions. */
  private static void forEachRecord(Segment segment, RecordVisitor visitor) {
    InstructionLog log = segment.instructions();
    Map<Instruction, Integer> positions = new TreeMap<>();
    for (int i = segment.from(); i < segment.to(); i++) {
      if (Arrays.binarySearch(segment.iterations(), i) >= 0) {
        positions.clear();
      }
      Instruction kind = Activity.instruction(log.kinds().get(log.kind()[i]));
      int position = positions.merge(kind, 1, Integer::sum) - 1;
      boolean isLast =
          i + 1 == segment.to() || Arrays.binarySearch(segment.iterations(), i + 1) >= 0;
      visitor.accept(i, kind, position, isLast);
    }
  }

  private static Segment inserted(Segment segment, Set<Instruction> names) {
    InstructionLog log = segment.instructions();
    List<Instruction> kinds = new ArrayList<>(log.kinds());
    names.stream().sorted().forEach(kinds::add);
    int most = 2 * (segment.to() - segment.from());
    int[] kind = new int[most];
    double[] start = new double[most];
    double[] end = new double[most];
    int[] ordinal = new int[most];
    boolean[] damaged = new boolean[most];
    int[] counts = new int[kinds.size()];
    int[] iterations = new int[segment.iterations().length];
    int[] n = {0};
    forEachRecord(
        segment,
        (record, own, position, isLast) -> {
          int iteration = Arrays.binarySearch(segment.iterations(), record);
          if (iteration >= 0) {
            iterations[iteration] = n[0];
          }
          kind[n[0]] = log.kind()[record];
          start[n[0]] = log.start()[record];
          end[n[0]] = log.end()[record];
          ordinal[n[0]] = log.ordinal()[record];
          damaged[n[0]] = log.damaged()[record];
          counts[kind[n[0]++]]++;
          int after = kinds.indexOf(Activity.after(own, position));
          if (after >= 0 && !isLast && log.start()[record + 1] > log.end()[record]) {
            kind[n[0]] = after;
            start[n[0]] = log.end()[record];
            end[n[0]] = log.start()[record + 1];
            ordinal[n[0]] = counts[after];
            counts[kind[n[0]++]]++;
          }
        });
    InstructionLog longer =
        new InstructionLog(
            log.file(),
            List.copyOf(kinds),
            counts,
            Arrays.copyOf(kind, n[0]),
            Arrays.copyOf(start, n[0]),
            Arrays.copyOf(end, n[0]),
            Arrays.copyOf(ordinal, n[0]),
            Arrays.copyOf(damaged, n[0]),
            log.quantumSeconds());
    return new Segment(
        longer,
        segment.energy(),
        segment.samples(),
        iterations,
        0,
        n[0],
        segment.start(),
        segment.end());
  }
}
