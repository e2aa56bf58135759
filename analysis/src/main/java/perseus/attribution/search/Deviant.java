package perseus.attribution.search;

import java.util.ArrayList;
import java.util.List;
import perseus.attribution.sensor.Deviation;
import perseus.attribution.sensor.Kernel;
import perseus.attribution.sensor.Sensor;

/**
 * A kernel that differs from the best kernel by about one standard error.
 *
 * @param channel sort of readings to which the kernel belongs
 * @param weight factor by which the effect of the kernel is multiplied
 */
record Deviant(Channel channel, Kernel kernel, double weight) {
  /** Relative change of a shape for which the curvature of the misfit is computed. */
  private static final double SHAPE_STEP = 0.1;

  /** Largest relative standard error of a shape that is used. */
  private static final double MAX_SHAPE_STDERR = 0.5;

  /** Least weight of a kernel of another family that is used. */
  private static final double MIN_WEIGHT = 1e-3;

  /** Returns the sensor with this kernel. */
  Deviation from(Sensor sensor) {
    return new Deviation(channel.with(sensor, kernel), weight);
  }

  /**
   * Returns kernels that differ from the best kernel by one standard error of its lag, and of its
   * shape. If a kernel of another family explains the readings almost as well, it is returned too.
   *
   * @param best best kernel of the search, after refinement
   * @param rival best kernel of all other families of kernels ({@link KernelSearch}); null if there
   *     is none
   */
  static List<Deviant> of(
      KernelSearch search, KernelSearch.Candidate best, KernelSearch.Candidate rival) {
    List<Deviant> deviants = new ArrayList<>();
    Channel channel = search.channel();
    double lagStderr = search.lagStderr(best.kernel());
    if (Double.isFinite(lagStderr)) {
      Kernel later = best.kernel().withLag(best.kernel().lagSeconds() + lagStderr);
      deviants.add(new Deviant(channel, later, 1));
    }
    if (best.family() != null) {
      KernelSearch.Candidate wider = search.nearby(best, best.shape() * (1 + SHAPE_STEP));
      KernelSearch.Candidate narrower = search.nearby(best, best.shape() * (1 - SHAPE_STEP));
      double curvature =
          (wider.misfit() - 2 * best.misfit() + narrower.misfit()) / (SHAPE_STEP * SHAPE_STEP);
      double stderr =
          curvature > 0 ? Math.min(MAX_SHAPE_STDERR, Math.sqrt(2 / curvature)) : MAX_SHAPE_STDERR;
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
