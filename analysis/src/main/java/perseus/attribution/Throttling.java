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
 * Frequencies at which a rank was far slower than the frequencies around suggest: heat or a power
 * limit held its clock down, and time and energy are not those of the frequency asked for.
 */
public final class Throttling {
  /** Computations this many times longer than expected were throttled. */
  private static final double THROTTLED = 1.1;

  /** Frequencies around that are looked at. */
  private static final int AROUND = 4;

  private Throttling() {}

  /** Frequencies in MHz at which {@code rank} was throttled, and how many times slower it was. */
  public static TreeMap<Integer, Double> of(RankEnergy rank) {
    List<WindowEnergy> windows = rank.windows();
    double[] seconds = windows.stream().mapToDouble(Throttling::computeSeconds).toArray();
    TreeMap<Integer, Double> throttled = new TreeMap<>();
    for (int i = 0; i < seconds.length; i++) {
      double slowdown = seconds[i] / expected(windows, seconds, i);
      if (slowdown > THROTTLED) {
        throttled.put(windows.get(i).frequencyMhz(), slowdown);
      }
    }
    return throttled;
  }

  /** Warns of every rank that was throttled. */
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
                    "Rank %d at %s MHz was up to %.0f %% slower than the frequencies around suggest"
                        + " and may have been throttled; record again, or leave out"
                        + " (--leave-out-throttled).",
                    rank.place().rank(),
                    throttled.descendingKeySet().toString().replaceAll("[\\[\\]]", ""),
                    100 * (worst - 1))));
      }
    }
  }

  /** Mean time of one instance of each computation, added up. */
  private static double computeSeconds(WindowEnergy window) {
    return window.instructions().stream()
        .filter(energy -> energy.instruction().isComputation())
        .mapToDouble(energy -> energy.durations().mean())
        .sum();
  }

  /**
   * The time that the median of the nearest frequencies suggests, scaled as if all of it stretched
   * with the clock where they are higher, and none of it where they are lower: an upper bound of
   * what the frequency should take; NaN with fewer than three other frequencies.
   */
  private static double expected(List<WindowEnergy> windows, double[] seconds, int i) {
    int from = Math.max(0, Math.min(i - AROUND / 2, windows.size() - AROUND - 1));
    int to = Math.min(windows.size(), from + AROUND + 1);
    if (to - from < AROUND) {
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
