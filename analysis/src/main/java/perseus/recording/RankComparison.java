package perseus.recording;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Compares ranks that ran together: each may look right alone and wrong beside the others. */
public final class RankComparison {
  /** Ranks of one job start and end within this many seconds, or this share of the run. */
  private static final double APART_SECONDS = 5;

  private static final double APART_SHARE = 0.05;

  /** A window this much slower than its neighbours in frequency suggest was throttled. */
  private static final double THROTTLED = 1.1;

  private final List<Summary> ranks = new ArrayList<>();

  private record Summary(int rank, int iterations, double firstStart, double lastEnd) {}

  /** Notes what of a rank is to be compared; its logs need not be kept. */
  public void add(RankRecording rank, Warnings warnings) {
    synchronized (this) {
      ranks.add(new Summary(rank.rank(), rank.iterations(), rank.firstStart(), rank.lastEnd()));
    }
    warnOfThrottling(rank, warnings);
  }

  /** Warns of ranks that do not fit the others. */
  public synchronized void report(Warnings warnings) {
    ranks.sort(Comparator.comparingInt(Summary::rank));
    warnOfCounts(warnings);
    warnOfClocks(warnings);
  }

  private void warnOfCounts(Warnings warnings) {
    Summary fewest = ranks.get(0);
    Summary most = ranks.get(0);
    for (Summary rank : ranks) {
      fewest = rank.iterations < fewest.iterations ? rank : fewest;
      most = rank.iterations > most.iterations ? rank : most;
    }
    if (fewest.iterations < most.iterations) {
      warnings.doubtful(
          "Rank %d recorded %d complete iterations and rank %d recorded %d; each counts with its own."
              .formatted(fewest.rank, fewest.iterations, most.rank, most.iterations));
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

  /** Compares each frequency's time with the line between its neighbours'. */
  private static void warnOfThrottling(RankRecording rank, Warnings warnings) {
    List<Window> windows = rank.windows();
    double[] seconds =
        windows.stream().mapToDouble(w -> w.durations(Instruction.FORWARD).mean()).toArray();
    List<Integer> slow = new ArrayList<>();
    for (int i = 0; i < seconds.length; i++) {
      double expected = expected(windows, seconds, i);
      if (seconds[i] > THROTTLED * expected) {
        slow.add(windows.get(i).frequencyMhz());
      }
    }
    if (!slow.isEmpty()) {
      warnings.doubtful(
          "Rank %d was slower at %s MHz than at the frequencies around: it may have been throttled;"
                  .formatted(rank.rank(), slow.toString().replaceAll("[\\[\\]]", ""))
              + " leave that frequency out or record it again.");
    }
  }

  /**
   * The time that the median of the four nearest frequencies suggests, scaled as if all of it
   * stretched with the clock where they are higher, and none of it where they are lower: an upper
   * bound of what the frequency should take; NaN with fewer than three other frequencies.
   */
  private static double expected(List<Window> windows, double[] seconds, int i) {
    int from = Math.max(0, Math.min(i - 2, windows.size() - 5));
    int to = Math.min(windows.size(), from + 5);
    if (to - from < 4) {
      return Double.NaN;
    }
    double[] bounds = new double[to - from - 1];
    int n = 0;
    for (int j = from; j < to; j++) {
      if (j != i) {
        double stretch = (double) windows.get(j).frequencyMhz() / windows.get(i).frequencyMhz();
        bounds[n++] = seconds[j] * Math.max(1, stretch);
      }
    }
    Arrays.sort(bounds);
    return bounds[n / 2];
  }
}
