package perseus.attribution.check;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.recording.Recording;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Finds frequencies at which a rank was much slower than its times at neighbouring frequencies
 * suggest. Heat or a power limit probably lowered the clock of the slow rank's GPU (throttling).
 * The measured time and energy of a throttled GPU do not belong to the requested frequency.
 *
 * <p>Each of four neighbouring frequencies gives an upper bound of the computation time. The time t
 * at frequency g gives the upper bound {@code t * max(1, g / f)} of the time at frequency f. An
 * upper bound of the computation time from a higher frequency assumes that the time is inversely
 * proportional to the clock. An upper bound of the computation time from a lower frequency assumes
 * that the time does not depend on the clock. A rank counts as throttled if its computation time
 * exceeds 1.1 times the median of the upper bounds from neighbouring frequencies.
 */
public final class Throttling implements ClockCheck {
  /** Maximum ratio of a computation time to the median of its upper bounds, without throttling. */
  private static final double MAX_SLOWDOWN = 1.1;

  /** Number of neighbouring frequencies that give upper bounds of a computation time. */
  private static final int NEIGHBOURS = 4;

  Throttling() {}

  /**
   * Returns the frequencies in MHz at which {@code rank} was throttled. Each value of the returned
   * map is the ratio of the computation time to the median of its upper bounds.
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

  /**
   * Adds a warning for each rank that was throttled at any frequency. If a computation time exceeds
   * its upper bound by 20 percent, for example, a relative standard error of 20 percent is added to
   * the energies.
   */
  @Override
  public List<Doubt> check(List<RankEnergy> ranks, Recording recording) {
    report(ranks, recording.warnings());
    return ranks.stream()
        .flatMap(
            rank ->
                of(rank).entrySet().stream()
                    .map(e -> new Doubt(rank.place().rank(), e.getKey(), e.getValue() - 1)))
        .toList();
  }

  static void report(List<RankEnergy> ranks, Warnings warnings) {
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
                        + " suggest and may have been throttled. The standard errors there are widened;"
                        + " record again, or leave these frequencies out (--leave-out-throttled).",
                    rank.place().rank(),
                    throttled.descendingKeySet().toString().replaceAll("[\\[\\]]", ""),
                    100 * (worst - 1))));
      }
    }
  }

  /** Returns the sum of the mean durations of all computations, in seconds. */
  private static double computeSeconds(WindowEnergy window) {
    return window.instructions().stream()
        .filter(energy -> energy.instruction().isComputation())
        .mapToDouble(energy -> energy.durations().mean())
        .sum();
  }

  /**
   * Returns the median of the upper bounds of the computation time at one frequency, in seconds.
   * Returns NaN for fewer than four recorded frequencies.
   *
   * @param windows energies of the rank at each frequency
   * @param seconds computation time at each frequency, in seconds
   * @param i index of the frequency in {@code windows}
   */
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
