package perseus.recording;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Warnings;

/**
 * Warns of ranks of a job that differ from the other ranks. The values that are compared between
 * ranks are the numbers of iterations and optimizer steps, and the system time of the host.
 */
public final class RankComparison {
  /**
   * Maximum difference in seconds between the start of a rank's log and the median start of all
   * logs. The limit is the same for the ends of the logs. In a run of more than 100 s, the limit is
   * 5 % of the run's duration ({@link #MAX_DIFFERENCE_SHARE}).
   */
  private static final double MAX_DIFFERENCE_SECONDS = 5;

  private static final double MAX_DIFFERENCE_SHARE = 0.05;

  private final List<Summary> ranks = new ArrayList<>();

  private record Summary(int rank, int iterations, long steps, double firstStart, double lastEnd) {}

  /** Adds one rank to the comparison; several threads may call this method at the same time. */
  public synchronized void add(RankRecording rank) {
    long steps =
        rank.windows().stream()
            .flatMap(window -> window.segments().stream())
            .map(Segment::instructions)
            .distinct()
            .mapToLong(log -> log.count(Instruction.OPTIMIZER_STEP))
            .sum();
    ranks.add(
        new Summary(rank.rank(), rank.iterations(), steps, rank.firstStart(), rank.lastEnd()));
  }

  /**
   * Adds a warning for each difference between the ranks that were added for comparison. At least
   * one rank must have been added with {@link #add}.
   */
  public synchronized void report(Warnings warnings) {
    ranks.sort(Comparator.comparingInt(Summary::rank));
    warnOfCounts(warnings);
    warnOfSteps(warnings);
    warnOfClocks(warnings);
  }

  private void warnOfCounts(Warnings warnings) {
    Comparator<Summary> by = Comparator.comparingInt(Summary::iterations);
    Summary fewest = Collections.min(ranks, by);
    Summary most = Collections.max(ranks, by);
    if (fewest.iterations < most.iterations) {
      warnings.doubtful(
          "Rank %d recorded %d complete iterations, but rank %d recorded %d; all iterations of each rank are used."
              .formatted(fewest.rank, fewest.iterations, most.rank, most.iterations));
    }
  }

  /**
   * Warns of a rank with optimizer steps in fewer than half of its iterations, if another rank has
   * one in every iteration. The log file of such a rank was probably cut off at its end.
   */
  private void warnOfSteps(Warnings warnings) {
    Comparator<Summary> by = Comparator.comparingLong(Summary::steps);
    Summary fewest = Collections.min(ranks, by);
    Summary most = Collections.max(ranks, by);
    if (2 * fewest.steps < fewest.iterations && most.steps >= most.iterations) {
      warnings.doubtful(
          ("Rank %d recorded %d optimizer steps in %d iterations, but rank %d recorded %d; the missing"
                  + " steps count as waiting. Was the file cut off?")
              .formatted(fewest.rank, fewest.steps, fewest.iterations, most.rank, most.steps));
    }
  }

  private void warnOfClocks(Warnings warnings) {
    double[] starts = ranks.stream().mapToDouble(Summary::firstStart).sorted().toArray();
    double[] ends = ranks.stream().mapToDouble(Summary::lastEnd).sorted().toArray();
    double start = starts[starts.length / 2];
    double end = ends[ends.length / 2];
    double limit = Math.max(MAX_DIFFERENCE_SECONDS, MAX_DIFFERENCE_SHARE * (end - start));
    List<Integer> off = new ArrayList<>();
    double largest = 0;
    for (Summary rank : ranks) {
      // If both the start and the end of a log differ from the medians, the system time of the host
      // is wrong. A rank whose log starts late but ends with the logs of the other ranks is not
      // reported.
      double late = rank.lastEnd - end;
      if (Math.abs(late) > limit && Math.abs(rank.firstStart - start) > limit) {
        off.add(rank.rank);
        largest = Math.abs(late) > Math.abs(largest) ? late : largest;
      }
    }
    if (!off.isEmpty()) {
      warnings.doubtful(
          ("The host clock of rank%s %s differs from those of the others by up to %.1f s. Timelines are wrong by that much, but energies are right, because both logs of a rank use the same host clock.")
              .formatted(
                  off.size() == 1 ? "" : "s", off.toString().replaceAll("[\\[\\]]", ""), largest));
    }
  }
}
