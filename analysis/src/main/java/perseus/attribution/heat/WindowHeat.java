package perseus.attribution.heat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import perseus.attribution.fit.WindowFit;
import perseus.numeric.WeightedLine;
import perseus.recording.log.GpuStates;

/**
 * Holds an estimate of how the power of one rank at one frequency depends on its temperature. The
 * estimate comes from the differences between measured and fitted power. If the temperature is
 * unknown, the record holds how these differences change with time.
 *
 * <p>Method: consecutive readings are summed over blocks of time. For each block, y = measured
 * energy / fitted energy - 1. A straight line through the points (temperature, y) has the relative
 * change of power per kelvin as its slope. The intercept of the line may differ from 0, because the
 * fitted powers may be wrong.
 *
 * @param frequencyMhz frequency in MHz
 * @param celsius mean temperature in degrees Celsius, weighted by energy; NaN if it is unknown
 * @param information inverse variance of the slope, in K^2; 0 if the slope cannot be estimated
 * @param product product of the slope and {@code information}, in K
 * @param drift relative change of the power from the first to the last block; NaN if it is not
 *     significant or if the temperature is known
 */
public record WindowHeat(
    int frequencyMhz, double celsius, double information, double product, double drift) {
  /**
   * Length of a block in seconds. A GPU's temperature follows its power within some seconds, and is
   * read twice a second.
   */
  private static final double BLOCK_SECONDS = 2;

  private static final int MIN_BLOCKS = 5;

  /**
   * Minimum standard deviation of y. If the points deviate less from the line, this value is used.
   */
  private static final double MIN_NOISE = 1e-4;

  /** Variance in K^2 of the error of a temperature that is rounded to full degrees. */
  private static final double ROUNDING_VARIANCE = 1.0 / 12;

  /**
   * Maximum correlation of neighbouring residuals. If the computed correlation is larger, this
   * value is used.
   */
  private static final double MAX_CORRELATION = 0.9;

  /** Minimum drift that is significant, as a multiple of its standard error. */
  private static final double SIGNIFICANT = 5;

  /** Minimum drift (relative change of the power) that is reported. */
  private static final double MIN_DRIFT = 0.01;

  /** Holds the sums of consecutive readings over about {@link #BLOCK_SECONDS} seconds. */
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
   * Computes the estimate from the readings of one rank at one frequency and from the powers that
   * were fitted to these readings.
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
   * @param information inverse variance of {@code value}; 0 if the points do not determine it
   */
  private record Slope(double value, double information) {
    /**
     * Fits the line by least squares. The errors of x make the slope of least squares too small
     * (attenuation; Fuller, Measurement Error Models, 1987). The method corrects the slope for this
     * effect.
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
      // If each residual is correlated with the next residual, the number of independent residuals
      // is smaller than the number of residuals.
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
