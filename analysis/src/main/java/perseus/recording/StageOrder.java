package perseus.recording;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.numeric.Quantile;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.recording.iteration.IterationBlocks;
import perseus.recording.log.InstructionLog;
import perseus.recording.log.RankPlace;

/**
 * Refuses a recording if the times of instructions show that log files have the names of other
 * ranks.
 *
 * <p>Problem: find out from recorded times which rank runs which stage. In GPipe, 1F1B, zero-bubble
 * and interleaved schedules, stage s runs its first forward, and later its first backward. In the
 * meantime, stage s + 1 runs its first forward and its first backward. The time between first
 * forward and first backward is therefore shorter on each later stage. The clocks of hosts may
 * differ, because only durations on one host are compared.
 *
 * <p>Method: let w be the time on stage s from the end of its first forward to the start of its
 * first backward. Let t be the time on stage s + 1 from the start of its first forward to the end
 * of its first backward. An order of the ranks is impossible if w is less than t on any stage s.
 * The recording is refused if the order by file names is impossible, but another order is possible.
 * The class tries the order in which the ranks of each pipeline are sorted by w. It also tries
 * orders in which two ranks of different pipelines are exchanged. If no order is possible, the
 * recording is accepted, because its pipeline schedule may be unknown.
 *
 * <p>Complexity: O(N) time for N records, and O(I log I) time for each comparison of two ranks with
 * I iterations. If the job has two pipelines, all exchanges of two ranks of different pipelines are
 * tried.
 *
 * <p>Several threads may call {@link #add} at the same time.
 */
final class StageOrder {
  /**
   * Tolerance for inaccurate recorded times. It is a fraction of the sum of the durations of the
   * next stage's first forward and first backward. For 0.1 s and 0.2 s, the tolerance is 0.06 s.
   */
  private static final double TOLERANCE = 0.2;

  private static final Set<Instruction> BACKWARDS =
      Set.of(Instruction.BACKWARD, Instruction.FORWARD_BACKWARD, Instruction.BACKWARD_INPUT);

  private final Map<RankPlace, Times> timesOf = new ConcurrentHashMap<>();

  /**
   * Holds the times of one rank in each iteration; NaN for an iteration with unknown times.
   *
   * @param inner time in seconds from the end of the first forward to the start of the first
   *     backward
   * @param outer time in seconds from the start of the first forward to the end of the first
   *     backward
   */
  private record Times(double[] inner, double[] outer) {
    Times then(Times later) {
      return new Times(joined(inner, later.inner), joined(outer, later.outer));
    }

    private static double[] joined(double[] a, double[] b) {
      return DoubleStream.concat(Arrays.stream(a), Arrays.stream(b)).toArray();
    }

    double medianInner() {
      return median(inner);
    }

    /**
     * Returns whether a rank with these times can be the stage before a rank with the times {@code
     * next}.
     */
    boolean precedes(Times next) {
      int iterations = Math.min(inner.length, next.outer.length);
      double[] excess = new double[iterations];
      double[] computation = new double[iterations];
      for (int k = 0; k < iterations; k++) {
        excess[k] = inner[k] - next.outer[k];
        computation[k] = next.outer[k] - next.inner[k];
      }
      return !(median(excess) < -TOLERANCE * median(computation));
    }

    private static double median(double[] values) {
      double[] known = Arrays.stream(values).filter(value -> !Double.isNaN(value)).toArray();
      return known.length == 0 ? Double.NaN : Quantile.median(known);
    }
  }

  /**
   * Adds the iterations of one rank in one directory.
   *
   * @param length number of iterations of the run; at least the number of complete iterations in
   *     the log
   */
  void add(RankPlace place, IterationBlocks iterations, int length) {
    double[] inner = new double[length];
    double[] outer = new double[length];
    Arrays.fill(inner, Double.NaN);
    Arrays.fill(outer, Double.NaN);
    InstructionLog log = iterations.log();
    List<Instruction> kinds =
        log.kinds().stream().map(kind -> ChunkInstruction.of(kind).instruction()).toList();
    int iteration = -1;
    int forward = -1;
    boolean found = false;
    for (int i = 0; i < log.size(); i++) {
      int k = iterations.of(i);
      if (k < 0 || !iterations.isUsable(k)) {
        continue;
      }
      if (k != iteration) {
        iteration = k;
        forward = -1;
        found = false;
      }
      Instruction kind = kinds.get(log.kind()[i]);
      if (forward < 0 && kind.equals(Instruction.FORWARD)) {
        forward = i;
      } else if (forward >= 0 && !found && BACKWARDS.contains(kind)) {
        inner[k] = log.start()[i] - log.end()[forward];
        outer[k] = log.end()[i] - log.start()[forward];
        found = true;
      }
    }
    timesOf.merge(place, new Times(inner, outer), Times::then);
  }

  /**
   * Checks whether the log files of all added ranks have the names of the right ranks.
   *
   * @param directories directories of the recording, for the message
   * @throws UserError if the times of instructions show that log files have the names of other
   *     ranks
   */
  void require(List<?> directories) {
    Map<List<Integer>, List<RankPlace>> pipelines =
        new TreeMap<>(Comparator.comparing(List::toString));
    timesOf.keySet().stream()
        .filter(place -> !Double.isNaN(timesOf.get(place).medianInner()))
        .sorted(Comparator.comparingInt(RankPlace::ppRank))
        .forEach(
            place ->
                pipelines
                    .computeIfAbsent(
                        List.of(place.dpRank(), place.tpRank()), key -> new ArrayList<>())
                    .add(place));
    List<List<RankPlace>> wrong =
        pipelines.values().stream().filter(pipeline -> !isPossible(times(pipeline))).toList();
    Map<RankPlace, RankPlace> moves = sorted(wrong);
    if (moves.isEmpty()) {
      moves = exchanged(wrong);
    }
    if (!moves.isEmpty()) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "%s: by the times of its instructions, %s. A forward would begin before the forward"
                  + " of the stage before it ends. The files have the names of other ranks; rename"
                  + " them%s.",
              directories.size() == 1 ? directories.get(0) : directories,
              moves.entrySet().stream()
                  .map(
                      move ->
                          "rank %d runs stage %d, not stage %d"
                              .formatted(
                                  move.getKey().rank(),
                                  move.getValue().ppRank(),
                                  move.getKey().ppRank()))
                  .collect(Collectors.joining(", ")),
              pipelines.size() > 1 ? ", or give another --rank-order" : ""));
    }
  }

  private List<Times> times(List<RankPlace> pipeline) {
    return new ArrayList<>(pipeline.stream().map(timesOf::get).toList());
  }

  private static boolean isPossible(List<Times> pipeline) {
    return IntStream.range(1, pipeline.size())
        .allMatch(s -> pipeline.get(s - 1).precedes(pipeline.get(s)));
  }

  /**
   * Sorts the ranks of each pipeline by the time between the first forward and the first backward,
   * longest first. Returns the new place of each rank whose place changes; empty if the new order
   * is impossible.
   */
  private Map<RankPlace, RankPlace> sorted(List<List<RankPlace>> pipelines) {
    Map<RankPlace, RankPlace> moves = new LinkedHashMap<>();
    for (List<RankPlace> pipeline : pipelines) {
      List<RankPlace> order =
          pipeline.stream()
              .sorted(
                  Comparator.comparingDouble((RankPlace place) -> timesOf.get(place).medianInner())
                      .reversed())
              .toList();
      if (!isPossible(times(order))) {
        return Map.of();
      }
      for (int s = 0; s < order.size(); s++) {
        if (!order.get(s).equals(pipeline.get(s))) {
          moves.put(order.get(s), pipeline.get(s));
        }
      }
    }
    return moves;
  }

  /**
   * Exchanges two ranks of different pipelines, so that the order of the ranks becomes possible.
   * Returns the new places of the two ranks; empty if no exchange makes the order possible.
   */
  private Map<RankPlace, RankPlace> exchanged(List<List<RankPlace>> pipelines) {
    if (pipelines.size() != 2) {
      return Map.of();
    }
    for (int a = 0; a < pipelines.get(0).size(); a++) {
      for (int b = 0; b < pipelines.get(1).size(); b++) {
        RankPlace one = pipelines.get(0).get(a);
        RankPlace other = pipelines.get(1).get(b);
        List<Times> first = times(pipelines.get(0));
        List<Times> second = times(pipelines.get(1));
        first.set(a, timesOf.get(other));
        second.set(b, timesOf.get(one));
        if (isPossible(first) && isPossible(second)) {
          return Map.of(one, other, other, one);
        }
      }
    }
    return Map.of();
  }
}
