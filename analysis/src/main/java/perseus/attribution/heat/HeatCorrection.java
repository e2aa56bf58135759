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
 * <pre>
 *   power(T) = power(T_0) (1 + s (T - T_0))
 *     T    temperature of a GPU
 *     T_0  mean temperature of the rank in the recording
 *     s    relative change of power per kelvin, the same for all GPUs of the job
 * </pre>
 *
 * <p>Method: the recording of a rank at one frequency gives one estimate of the relative change of
 * power per kelvin ({@link WindowHeat}). The mean of all estimates of the relative change of power
 * per kelvin is used, weighted by their inverse variances. The value {@link #USUAL_SLOPE} counts as
 * one more estimate of the relative change of power, with a standard error as large as its value.
 * If a recording shows no change of power with temperature, the usual change of 1 % per 10 K is
 * assumed. Energies that are corrected with an assumed change of power get larger standard errors.
 */
public final class HeatCorrection {
  /** Usual relative change of a GPU's power per kelvin, as on an H200 (1 % per 10 K). */
  private static final double USUAL_SLOPE = 1e-3;

  private HeatCorrection() {}

  /**
   * Estimates how the temperature changes the power, from all frequencies of all ranks.
   *
   * @param windows estimates by global rank, one for each frequency in the order of {@link
   *     RankEnergy#windows}
   * @return relative change of the power per kelvin, and reference temperatures; null if no
   *     temperature was recorded
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
   * Returns the energies of a rank, converted to its reference temperature in {@code heat}.
   *
   * @param windows temperatures of the rank, one entry for each frequency in the order of {@link
   *     RankEnergy#windows}
   * @param heat relative change of the power per kelvin; null if the energies must not be changed
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
