package perseus.gpu;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Holds statistics of the SM clocks that were in force on real GPUs in one round (the iterations
 * under one frequency schedule).
 *
 * @param meanMhz mean SM clock in MHz; NaN if the clock was never read
 * @param heldShare number of readings at which the requested clock was in force, divided by the
 *     number of all readings; NaN if no clock or several clocks were requested, or if the clock was
 *     never read
 * @param switchSeconds median time in seconds from the request of a clock until the clock was in
 *     force; NaN if this time was not measured
 */
public record ClocksInForce(double meanMhz, double heldShare, double switchSeconds) {

  /**
   * Combines the statistics of several GPUs. The result has the mean of their {@code meanMhz}, the
   * smallest {@code heldShare} and the largest {@code switchSeconds}. Values that are NaN are
   * ignored.
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
