package perseus.recording;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Segment;
import perseus.recording.log.Warnings;

/** Compares ranks that ran together: each may look right alone and wrong beside the others. */
public final class RankComparison {
  /** Ranks of one job start and end within this many seconds, or this share of the run. */
  private static final double APART_SECONDS = 5;

  private static final double APART_SHARE = 0.05;

  private final List<Summary> ranks = new ArrayList<>();

  private record Summary(int rank, int iterations, long steps, double firstStart, double lastEnd) {}

  /** Notes what of a rank is to be compared; its logs need not be kept. */
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

  /** Warns of ranks that do not fit the others. */
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
          "Rank %d recorded %d complete iterations and rank %d recorded %d; each counts with its own."
              .formatted(fewest.rank, fewest.iterations, most.rank, most.iterations));
    }
  }

  /** Steps are the last group of a log, which a cut file lacks first, in most iterations. */
  private void warnOfSteps(Warnings warnings) {
    Comparator<Summary> by = Comparator.comparingLong(Summary::steps);
    Summary fewest = Collections.min(ranks, by);
    Summary most = Collections.max(ranks, by);
    if (2 * fewest.steps < fewest.iterations && most.steps >= most.iterations) {
      warnings.doubtful(
          ("Rank %d recorded %d optimizer steps in %d iterations and rank %d recorded %d; those that"
                  + " are missing count as waiting. Was the file cut?")
              .formatted(fewest.rank, fewest.steps, fewest.iterations, most.rank, most.steps));
    }
  }

  private void warnOfClocks(Warnings warnings) {
    double[] starts = ranks.stream().mapToDouble(Summary::firstStart).sorted().toArray();
    double[] ends = ranks.stream().mapToDouble(Summary::lastEnd).sorted().toArray();
    double start = starts[starts.length / 2];
    double end = ends[ends.length / 2];
    double limit = Math.max(APART_SECONDS, APART_SHARE * (end - start));
    List<Integer> off = new ArrayList<>();
    double farthest = 0;
    for (Summary rank : ranks) {
      // A rank may start late; one that starts and ends late, or ends off the others, has a clock
      // of its own.
      double late = rank.lastEnd - end;
      if (Math.abs(late) > limit && Math.abs(rank.firstStart - start) > limit) {
        off.add(rank.rank);
        farthest = Math.abs(late) > Math.abs(farthest) ? late : farthest;
      }
    }
    if (!off.isEmpty()) {
      warnings.doubtful(
          ("The clock of rank%s %s differs from the others' by up to %.1f s; energies are not"
                  + " affected, for a rank's two logs share its clock, but a timeline is.")
              .formatted(
                  off.size() == 1 ? "" : "s", off.toString().replaceAll("[\\[\\]]", ""), farthest));
    }
  }
}
