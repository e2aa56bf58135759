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
 * Compares the ranks of one job and warns of ranks that differ from the others. A warning is added
 * if a rank differs from the other ranks in its number of iterations, its number of optimizer steps
 * or the system time of its host.
 */
public final class RankComparison {
  /**
   * Largest accepted difference in seconds between the start time of one rank's log and the median
   * start time of all ranks' logs. The limit for the end times of the logs is the same as the limit
   * for their start times. In a long run, the limit for the start and end times of logs is the
   * product of {@link #MAX_DIFFERENCE_SHARE} and the duration of the run.
   */
  private static final double MAX_DIFFERENCE_SECONDS = 5;

  private static final double MAX_DIFFERENCE_SHARE = 0.05;

  private final List<Summary> ranks = new ArrayList<>();

  /** Holds the values of one rank that are compared with the values of other ranks. */
  private record Summary(int rank, int iterations, long steps, double firstStart, double lastEnd) {}

  /** Adds one rank to the comparison. Several threads may add ranks at the same time. */
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
   * Adds a warning to {@code warnings} for each difference between the added ranks. The caller must
   * have added at least one rank with {@link #add}.
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
   * Adds a warning if one rank recorded fewer optimizer steps than half of its iterations, although
   * another rank recorded an optimizer step in every iteration. The optimizer steps are the last
   * records in an instruction log. So an instruction log that was cut off at its end lacks
   * optimizer steps.
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
      // A rank is reported if both the start and the end of its log differ from the medians of all
      // ranks. The system time of its host is then wrong. A log that starts late but ends with the
      // other logs is not reported.
      double late = rank.lastEnd - end;
      if (Math.abs(late) > limit && Math.abs(rank.firstStart - start) > limit) {
        off.add(rank.rank);
        largest = Math.abs(late) > Math.abs(largest) ? late : largest;
      }
    }
    if (!off.isEmpty()) {
      warnings.doubtful(
          ("The clock of rank%s %s differs from those of the others by up to %.1f s. Timelines are wrong"
                  + " by that much, but energies are right, because both logs of a rank use the same"
                  + " clock.")
              .formatted(
                  off.size() == 1 ? "" : "s", off.toString().replaceAll("[\\[\\]]", ""), largest));
    }
  }
}
