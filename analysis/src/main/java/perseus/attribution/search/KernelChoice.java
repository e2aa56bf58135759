package perseus.attribution.search;

import java.util.List;
import java.util.function.DoubleFunction;
import perseus.attribution.sensor.Kernel;

/**
 * Holds the best lag and smoothing of a sensor, and the best alternative with smoothing.
 *
 * @param best best lag and smoothing
 * @param other best alternative that smooths power; null if none was tried
 */
record KernelChoice(Candidate best, Candidate other) {
  /**
   * Holds one kind of smoothing with its parameter, its best lag and its -2 log likelihood.
   *
   * @param family function from the smoothing parameter to a {@link Kernel} without lag; null for
   *     no smoothing
   * @param shape smoothing parameter, for example the time constant of a low-pass in seconds
   * @param kernel smoothing with the best lag
   * @param misfit -2 log likelihood of the readings
   */
  record Candidate(DoubleFunction<Kernel> family, double shape, Kernel kernel, double misfit) {
    /** Returns a sensor with only a lag that has the same mean delay. */
    Candidate plain() {
      Kernel late = Kernel.PLAIN.withLag(LagSearch.clipped(kernel.meanDelaySeconds()));
      return new Candidate(null, 0, late, Double.NaN);
    }
  }

  /**
   * A smoothing is not refined if its -2 log likelihood exceeds that of no smoothing by this value.
   */
  private static final double HOPELESS_MISFIT = 100;

  /**
   * Refines the best smoothing, and chooses between it and a sensor with only a lag.
   *
   * @param others best candidate of each kind of smoothing, the best one first
   */
  static KernelChoice of(KernelSearch search, Candidate plain, List<Candidate> others) {
    boolean isPossible =
        !others.isEmpty() && others.get(0).misfit() < plain.misfit() + HOPELESS_MISFIT;
    return of(plain, isPossible ? search.refineWidely(others.get(0)) : null);
  }

  /** Chooses between a sensor with only a lag and a sensor that smooths power. */
  static KernelChoice of(Candidate plain, Candidate other) {
    boolean isBetter = other != null && other.misfit() < plain.misfit() - KernelSearch.MARGIN;
    return new KernelChoice(isBetter ? other : plain, other);
  }
}
