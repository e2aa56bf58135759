package perseus.attribution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.attribution.result.MeanBlockingPower;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.numeric.Sorted;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Finds ranks whose GPU draws much more power while it waits than the GPUs of other ranks at the
 * same frequency. The additional power of a rank is its waiting power minus the median of the other
 * ranks. Possible causes: another program used the GPU, or the sensor of the GPU differs from the
 * other sensors.
 *
 * <p>Another program adds the same power to waiting and to all instructions. So the standard error
 * of an energy is increased by half of the additional power, times the duration.
 */
final class WaitingPowers {
  /** Minimum waiting power that causes a warning, divided by the median of the other ranks. */
  private static final double MIN_RATIO = 1.5;

  /** Minimum additional power that causes a warning, in standard errors. */
  private static final double MIN_STDERRS = 5;

  /**
   * Minimum number of other ranks. If there are only two ranks, it is unclear which one is unusual.
   */
  private static final int MIN_OTHERS = 2;

  /** Standard error of the additional power, as a fraction of the additional power. */
  private static final double SHARE = 0.5;

  /**
   * Minimum waiting time as a fraction of the computing time. If a rank waits less, small errors of
   * its times change its waiting power too much.
   */
  private static final double MIN_WAITING_SHARE = 0.03;

  private WaitingPowers() {}

  /**
   * Returns the energies of all ranks. The standard errors of a rank are larger at the frequencies
   * with a high waiting power.
   *
   * @param ranks energies before {@link RaisedWaiting}
   * @param raised energies after {@link RaisedWaiting}, in the same order; ranks that it changed
   *     are not changed again
   * @param warnings receives a warning about each rank with a high waiting power
   */
  static List<RankEnergy> doubted(
      List<RankEnergy> ranks, List<RankEnergy> raised, Warnings warnings) {
    Map<Integer, double[]> byFrequency = new HashMap<>();
    frequencies(ranks)
        .forEach(
            mhz ->
                byFrequency.put(
                    mhz,
                    ranks.stream().flatMapToDouble(rank -> watts(rank, mhz)).sorted().toArray()));
    return IntStream.range(0, ranks.size())
        .mapToObj(
            r ->
                raised.get(r) == ranks.get(r)
                    ? doubted(ranks.get(r), byFrequency, warnings)
                    : raised.get(r))
        .toList();
  }

  private static IntStream frequencies(List<RankEnergy> ranks) {
    return ranks.stream()
        .flatMap(rank -> rank.windows().stream())
        .mapToInt(WindowEnergy::frequencyMhz)
        .distinct();
  }

  private static RankEnergy doubted(
      RankEnergy rank, Map<Integer, double[]> byFrequency, Warnings warnings) {
    List<WindowEnergy> windows = new ArrayList<>();
    WindowEnergy worst = null;
    double most = 0;
    int found = 0;
    for (WindowEnergy window : rank.windows()) {
      double[] all = byFrequency.get(window.frequencyMhz());
      double excess = excess(rank, window, all);
      windows.add(excess > 0 ? window.withFurtherWatts(SHARE * excess) : window);
      found += excess > 0 ? 1 : 0;
      if (excess > most) {
        most = excess;
        worst = window;
      }
    }
    if (worst == null) {
      return rank;
    }
    warnings.add(
        new Warning(
            Warning.Kind.DOUBTFUL,
            "high waiting power",
            rank.place().rank(),
            found,
            most,
            String.format(
                Locale.ROOT,
                "Rank %d at %d MHz%s draws %.0f W while it waits, but the GPUs of other ranks draw %.0f W. Did another program use this GPU, or does its sensor differ from the others? The standard errors are widened.",
                rank.place().rank(),
                worst.frequencyMhz(),
                found == 1 ? "" : " and at " + (found - 1) + " more of its frequencies",
                worst.blockingWatts(),
                worst.blockingWatts() - most)));
    return rank.withWindows(windows);
  }

  /**
   * Returns the additional power of a rank at one frequency in watts; 0 if it is too small for a
   * warning.
   *
   * @param all waiting powers of all ranks at this frequency in watts, in ascending order
   */
  private static double excess(RankEnergy rank, WindowEnergy window, double[] all) {
    if (!isCertain(window) || all.length - 1 < MIN_OTHERS) {
      return 0;
    }
    int own = Sorted.firstFrom(all, watts(rank, window.frequencyMhz()).sum());
    int middle = (all.length - 1) / 2;
    double usual = all[middle < own ? middle : middle + 1];
    double excess = window.blockingWatts() - usual;
    boolean clear = excess > MIN_STDERRS * window.blockingStderrWatts();
    return clear && window.blockingWatts() > MIN_RATIO * usual ? excess : 0;
  }

  /** Returns the waiting power of a rank at a frequency in watts; empty if it is not certain. */
  private static DoubleStream watts(RankEnergy rank, int frequencyMhz) {
    return rank.windows().stream()
        .filter(window -> window.frequencyMhz() == frequencyMhz && isCertain(window))
        .mapToDouble(WindowEnergy::blockingWatts)
        .limit(1);
  }

  private static boolean isCertain(WindowEnergy window) {
    MeanBlockingPower power = MeanBlockingPower.overWindows(List.of(window));
    return power.isCertain()
        && power.watts() > 0
        && window.blockingSeconds() > MIN_WAITING_SHARE * window.busySeconds();
  }
}
