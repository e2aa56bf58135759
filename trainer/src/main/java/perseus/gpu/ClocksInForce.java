package perseus.gpu;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Holds statistics of the SM clocks at which real GPUs ran under one frequency schedule.
 *
 * @param meanMhz mean SM clock in MHz; NaN if the clock was never read
 * @param heldShare fraction of the clock readings at which the GPU ran at the requested clock; NaN
 *     if this fraction is unknown
 * @param switchSeconds median time in seconds from the request of a clock until the GPU runs at the
 *     clock; NaN if the time was not measured
 */
public record ClocksInForce(double meanMhz, double heldShare, double switchSeconds) {

  /**
   * Combines the statistics of several GPUs. The combined {@code meanMhz} is the mean over the
   * GPUs, {@code heldShare} the smallest value, and {@code switchSeconds} the largest value. GPUs
   * whose value is NaN are ignored.
   */
  public static ClocksInForce ofAll(List<ClocksInForce> gpus) {
    return new ClocksInForce(
        known(gpus, ClocksInForce::meanMhz).average().orElse(Double.NaN),
        known(gpus, ClocksInForce::heldShare).min().orElse(Double.NaN),
        known(gpus, ClocksInForce::switchSeconds).max().orElse(Double.NaN));
  }

  private static DoubleStream known(
      List<ClocksInForce> gpus, ToDoubleFunction<ClocksInForce> quantity) {
    return gpus.stream().mapToDouble(quantity).filter(value -> !Double.isNaN(value));
  }
}
