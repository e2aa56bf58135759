package perseus.attribution.heat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import perseus.attribution.fit.WindowFit;
import perseus.numeric.WeightedLine;
import perseus.recording.log.GpuStates;

/**
 * Holds an estimate of how the power of one rank at one frequency changes with its temperature. The
 * change of power with temperature is estimated from the differences between measured and fitted
 * power. If the temperature is unknown, the record holds how the ratio of measured to fitted power
 * changes with time.
 *
 * <p>Method: readings are summed over blocks of about 2 s, each with the energy deviation y =
 * measured / fitted - 1. The slope of a straight line through the energy deviations over
 * temperature is the relative change of power per kelvin. The straight line through temperatures
 * and energy deviations has a free intercept, because the fitted powers may be wrong.
 *
 * @param frequencyMhz frequency in MHz
 * @param celsius mean temperature in degrees Celsius, weighted by energy; NaN if it is unknown
 * @param information inverse variance of the slope (relative change of power per kelvin), in K^2; 0
 *     if the slope cannot be estimated
 * @param product slope (relative change of power per kelvin) times {@code information}, in K
 * @param drift relative change of the power from the first to the last reading; NaN if it is not
 *     significant or the temperature is known
 */
public record WindowHeat(
    int frequencyMhz, double celsius, double information, double product, double drift) {
  /**
   * Time in seconds over which readings are summed. A GPU's temperature follows its power within
   * some seconds, and is read twice a second.
   */
  private static final double BLOCK_SECONDS = 2;

  private static final int MIN_BLOCKS = 5;

  /** Minimum standard deviation of the noise in the ratio of measured to fitted energy. */
  private static final double MIN_NOISE = 1e-4;

  /** Variance in K^2 of the rounding error of a temperature in full degrees. */
  private static final double ROUNDING_VARIANCE = 1.0 / 12;

  /**
   * Maximum correlation of neighbouring residuals; a higher correlation is lowered to the maximum.
   */
  private static final double MAX_CORRELATION = 0.9;

  /**
   * Minimum relative change of the power over time that is significant, as a multiple of its
   * standard error.
   */
  private static final double SIGNIFICANT = 5;

  /** Minimum relative change of the power over time that is reported. */
  private static final double MIN_DRIFT = 0.01;

  /** Holds sums of consecutive readings over about {@link #BLOCK_SECONDS} seconds. */
  private static final class Block {
    private double start;
    private double end;
    private double measured;
    private double fitted;

    private double time() {
      return (start + end) / 2;
    }

    private double deviation() {
      return measured / fitted - 1;
    }
  }

  /**
   * Estimates the change of power with temperature from the readings and the fitted powers of one
   * rank at one frequency.
   */
  public static WindowHeat of(int frequencyMhz, WindowFit fit, GpuStates states) {
    List<Block> blocks = blocks(fit);
    double joules = 0;
    double heat = 0;
    for (Block block : blocks) {
      joules += block.fitted;
      heat += block.fitted * states.celsiusAt(block.time());
    }
    double celsius = heat / joules;
    if (Double.isNaN(celsius)) {
      return new WindowHeat(frequencyMhz, celsius, 0, 0, drift(blocks));
    }
    Slope slope =
        Slope.of(blocks, block -> states.celsiusAt(block.time()) - celsius, ROUNDING_VARIANCE);
    return new WindowHeat(
        frequencyMhz, celsius, slope.information, slope.information * slope.value, Double.NaN);
  }

  private static List<Block> blocks(WindowFit fit) {
    List<Block> blocks = new ArrayList<>();
    fit.forEachReading(
        (start, end, measuredWatts, fittedWatts) -> {
          Block last = blocks.isEmpty() ? null : blocks.get(blocks.size() - 1);
          if (last == null || end - last.start > BLOCK_SECONDS) {
            last = new Block();
            last.start = start;
            blocks.add(last);
          }
          last.end = end;
          last.measured += measuredWatts * (end - start);
          last.fitted += fittedWatts * (end - start);
        });
    blocks.removeIf(block -> !(block.fitted > 0) || block.end - block.start < BLOCK_SECONDS / 2);
    return blocks;
  }

  /**
   * Holds the slope of a straight line through points (x, y), where x and y have errors.
   *
   * @param information inverse variance of {@code value}; 0 if the points do not determine the
   *     slope
   */
  private record Slope(double value, double information) {
    /**
     * Fits a straight line by least squares. Errors of x make the fitted slope too small
     * (attenuation; Fuller, Measurement Error Models, 1987). The returned slope is corrected for
     * the attenuation.
     *
     * @param variance variance of the errors of x
     */
    static Slope of(List<Block> blocks, ToDoubleFunction<Block> x, double variance) {
      WeightedLine line = new WeightedLine();
      blocks.forEach(block -> line.add(x.applyAsDouble(block), block.deviation(), 1));
      double spread = line.information();
      double trueSpread = spread - blocks.size() * variance;
      if (blocks.size() < MIN_BLOCKS || !(trueSpread > spread / 2)) {
        return new Slope(0, 0);
      }
      double squares = 0;
      double products = 0;
      double before = 0;
      for (Block block : blocks) {
        double residual = block.deviation() - line.at(x.applyAsDouble(block));
        squares += residual * residual;
        products += residual * before;
        before = residual;
      }
      // Correlated residuals carry less information than the same number of independent
      // residuals.
      double correlation = Math.max(0, Math.min(MAX_CORRELATION, products / squares));
      double noise =
          Math.max(MIN_NOISE * MIN_NOISE, squares / (blocks.size() - 2))
              * (1 + correlation)
              / (1 - correlation);
      return new Slope(line.product() / trueSpread, trueSpread * trueSpread / (spread * noise));
    }
  }

  private static double drift(List<Block> blocks) {
    if (blocks.size() < MIN_BLOCKS) {
      return Double.NaN;
    }
    double first = blocks.get(0).time();
    double seconds = blocks.get(blocks.size() - 1).time() - first;
    Slope slope = Slope.of(blocks, block -> (block.time() - first) / seconds, 0);
    boolean significant =
        Math.abs(slope.value) * Math.sqrt(slope.information) > SIGNIFICANT
            && Math.abs(slope.value) > MIN_DRIFT;
    return significant ? slope.value : Double.NaN;
  }
}
