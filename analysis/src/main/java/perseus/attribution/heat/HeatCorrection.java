package perseus.attribution.heat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import perseus.attribution.result.Heat;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;

/**
 * Converts the energies of all frequencies of a rank to one temperature.
 *
 * <p>The leakage currents of a chip grow with its temperature, so an instruction takes more energy
 * on a hot GPU. A GPU is hotter at its high clocks than at its low clocks. A plan mixes clocks, so
 * the energies of all clocks must be known at the same temperature.
 *
 * <p>Problem: power(T) = power(T_0) (1 + s (T - T_0)), where T is the temperature of a GPU and T_0
 * is the temperature to which its powers are converted. The slope s is the same for all GPUs of the
 * job; T_0 is the mean temperature of the rank in the recording. Method: each window (all
 * iterations of a rank at one frequency, {@link WindowHeat}) gives one estimate of s. The result is
 * the mean of the estimates, weighted by inverse variances. The value {@link #USUAL_SLOPE} is used
 * as one more estimate, whose standard error is as large as the value. If the windows of a
 * recording give no estimate, its energies are therefore corrected with the usual slope, and their
 * standard errors grow.
 */
public final class HeatCorrection {
  /** Usual relative change of a GPU's power per kelvin: about 1 % per 10 K, as on an H200. */
  private static final double USUAL_SLOPE = 1e-3;

  private HeatCorrection() {}

  /**
   * Estimates how the temperature changes the power, from all frequencies of all ranks.
   *
   * @param windows for each global rank, one estimate per frequency, in the order of {@link
   *     RankEnergy#windows}
   * @return influence of the temperature; null if no temperature was recorded
   */
  public static Heat estimate(Map<Integer, List<WindowHeat>> windows, List<RankEnergy> ranks) {
    double information = 1 / (USUAL_SLOPE * USUAL_SLOPE);
    double product = USUAL_SLOPE * information;
    Map<Integer, Double> reference = new TreeMap<>();
    for (RankEnergy rank : ranks) {
      List<WindowHeat> own = windows.get(rank.place().rank());
      for (WindowHeat window : own) {
        information += window.information();
        product += window.product();
      }
      double celsius = meanCelsius(own, rank.windows());
      if (!Double.isNaN(celsius)) {
        reference.put(rank.place().rank(), celsius);
      }
    }
    return reference.isEmpty()
        ? null
        : new Heat(product / information, Math.sqrt(1 / information), reference);
  }

  private static double meanCelsius(List<WindowHeat> heat, List<WindowEnergy> energies) {
    double seconds = 0;
    double sum = 0;
    for (int w = 0; w < heat.size(); w++) {
      double duration = energies.get(w).busySeconds() + energies.get(w).blockingSeconds();
      seconds += duration;
      sum += duration * heat.get(w).celsius();
    }
    return sum / seconds;
  }

  /**
   * Returns the energies of a rank, converted to the reference temperature of the rank in {@code
   * heat}.
   *
   * @param windows one entry per frequency of the rank, in the order of {@link RankEnergy#windows}
   * @param heat influence of the temperature; null if the energies must not be changed
   */
  public static RankEnergy corrected(RankEnergy rank, List<WindowHeat> windows, Heat heat) {
    Double reference = heat == null ? null : heat.referenceCelsius().get(rank.place().rank());
    if (reference == null) {
      return rank;
    }
    return rank.withWindows(
        IntStream.range(0, windows.size())
            .mapToObj(
                w -> {
                  double kelvins = reference - windows.get(w).celsius();
                  return rank.windows()
                      .get(w)
                      .times(
                          1 + heat.slopePerKelvin() * kelvins,
                          Math.abs(heat.slopeStderr() * kelvins));
                })
            .toList());
  }
}
