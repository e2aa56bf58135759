package perseus.attribution;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Finds frequencies at which a rank was much slower than the neighbouring frequencies suggest. Heat
 * or a power limit then lowered its clock, so that time and energy are not those of the requested
 * frequency.
 *
 * <p>A frequency f counts as throttled if its computations took more than 1.1 times the median of
 * the bounds that the four nearest other frequencies give: a time t at the frequency g bounds the
 * time at f by t max(1, g / f), which assumes that all of the time is inversely proportional to the
 * clock if g is higher, and none of it if g is lower.
 */
public final class Throttling {
  /** Ratio of measured time to its bound above which a frequency counts as throttled. */
  private static final double MAX_SLOWDOWN = 1.1;

  /** Number of other frequencies that give bounds. */
  private static final int NEIGHBOURS = 4;

  private Throttling() {}

  /**
   * Returns the frequencies in MHz at which {@code rank} was throttled, with the ratio of its time
   * to the bound.
   */
  public static TreeMap<Integer, Double> of(RankEnergy rank) {
    List<WindowEnergy> windows = rank.windows();
    double[] seconds = windows.stream().mapToDouble(Throttling::computeSeconds).toArray();
    TreeMap<Integer, Double> throttled = new TreeMap<>();
    for (int i = 0; i < seconds.length; i++) {
      double slowdown = seconds[i] / bound(windows, seconds, i);
      if (slowdown > MAX_SLOWDOWN) {
        throttled.put(windows.get(i).frequencyMhz(), slowdown);
      }
    }
    return throttled;
  }

  /** Adds a warning for every rank that was throttled. */
  public static void report(List<RankEnergy> ranks, Warnings warnings) {
    for (RankEnergy rank : ranks) {
      TreeMap<Integer, Double> throttled = of(rank);
      if (!throttled.isEmpty()) {
        double worst = Collections.max(throttled.values());
        warnings.add(
            new Warning(
                Warning.Kind.DOUBTFUL,
                "throttled",
                rank.place().rank(),
                throttled.size(),
                worst,
                String.format(
                    Locale.ROOT,
                    "Rank %d at %s MHz was up to %.0f %% slower than the neighbouring frequencies"
                        + " suggest and may have been throttled; record again, or leave these"
                        + " frequencies out (--leave-out-throttled).",
                    rank.place().rank(),
                    throttled.descendingKeySet().toString().replaceAll("[\\[\\]]", ""),
                    100 * (worst - 1))));
      }
    }
  }

  /** Sum over kinds of computations of the mean time of one instance. */
  private static double computeSeconds(WindowEnergy window) {
    return window.instructions().stream()
        .filter(energy -> energy.instruction().isComputation())
        .mapToDouble(energy -> energy.durations().mean())
        .sum();
  }

  /** Upper bound of the time at a frequency; NaN with fewer than three other frequencies. */
  private static double bound(List<WindowEnergy> windows, double[] seconds, int i) {
    int from = Math.max(0, Math.min(i - NEIGHBOURS / 2, windows.size() - NEIGHBOURS - 1));
    int to = Math.min(windows.size(), from + NEIGHBOURS + 1);
    if (to - from < NEIGHBOURS) {
      return Double.NaN;
    }
    double[] bounds = new double[to - from - 1];
    int n = 0;
    for (int j = from; j < to; j++) {
      if (j != i) {
        double ratio = (double) windows.get(j).frequencyMhz() / windows.get(i).frequencyMhz();
        bounds[n++] = seconds[j] * Math.max(1, ratio);
      }
    }
    Arrays.sort(bounds);
    return bounds[n / 2];
  }
}
