package perseus.attribution.search;

import java.util.ArrayList;
import java.util.List;
import perseus.attribution.sensor.Deviation;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;

/**
 * Holds a lag and smoothing of the sensor that deviates from the best estimate by one standard
 * error.
 *
 * @param channel sort of readings that have the deviating lag and smoothing
 * @param weight factor that converts the effect of the deviation into a standard error
 */
record Deviant(Channel channel, Kernel kernel, double weight) {
  /**
   * Relative change of a smoothing parameter with which the curvature of the log likelihood is
   * computed.
   */
  private static final double SHAPE_STEP = 0.1;

  /**
   * Maximum relative standard error of a smoothing parameter; larger errors are lowered to the
   * maximum.
   */
  private static final double MAX_SHAPE_STDERR = 0.5;

  /**
   * Minimum relative likelihood of another kind of smoothing that contributes to the standard
   * errors.
   */
  private static final double MIN_WEIGHT = 1e-3;

  /** Returns a copy of {@code sensor} with the deviating lag and smoothing. */
  Deviation from(Sensor sensor) {
    return new Deviation(channel.with(sensor, kernel), weight);
  }

  /**
   * Returns deviations of the sensor's lag, and of its smoothing parameter, by one standard error
   * each. If another kind of smoothing explains the readings almost as well as the best one, the
   * method also returns it.
   *
   * @param best best lag and smoothing
   * @param rival best alternative with another kind of smoothing; null if there is none
   */
  static List<Deviant> of(
      KernelSearch search, KernelChoice.Candidate best, KernelChoice.Candidate rival) {
    List<Deviant> deviants = new ArrayList<>();
    Channel channel = search.channel();
    double lagStderr = search.lagStderr(best.kernel());
    if (Double.isFinite(lagStderr)) {
      Kernel later = best.kernel().withLag(best.kernel().lagSeconds() + lagStderr);
      deviants.add(new Deviant(channel, later, 1));
    }
    if (best.family() != null) {
      KernelChoice.Candidate wider = search.nearby(best, best.shape() * (1 + SHAPE_STEP));
      KernelChoice.Candidate narrower = search.nearby(best, best.shape() * (1 - SHAPE_STEP));
      double curvature =
          (wider.misfit() - 2 * best.misfit() + narrower.misfit()) / (SHAPE_STEP * SHAPE_STEP);
      double stderr =
          curvature > 0
              ? Math.min(MAX_SHAPE_STDERR, search.stderr(Math.sqrt(2 / curvature)))
              : MAX_SHAPE_STDERR;
      deviants.add(new Deviant(channel, wider.kernel(), stderr / SHAPE_STEP));
    }
    if (rival != null) {
      double worse = rival.misfit() - best.misfit();
      double weight = worse <= 0 ? 1 : Math.exp(-worse / 2);
      if (weight > MIN_WEIGHT) {
        deviants.add(new Deviant(channel, rival.kernel(), weight));
      }
    }
    return deviants;
  }
}
