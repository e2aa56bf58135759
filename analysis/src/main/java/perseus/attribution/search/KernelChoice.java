package perseus.attribution.search;

/**
 * Holds the best lag and smoothing of a sensor, and the best alternative with smoothing.
 *
 * @param best best lag and smoothing
 * @param other best alternative that smooths power; null if none was tried
 */
record KernelChoice(KernelSearch.Candidate best, KernelSearch.Candidate other) {
  /** Chooses between a sensor with only a lag and a sensor that smooths power. */
  static KernelChoice of(KernelSearch.Candidate plain, KernelSearch.Candidate other) {
    boolean isBetter = other != null && other.misfit() < plain.misfit() - KernelSearch.MARGIN;
    return new KernelChoice(isBetter ? other : plain, other);
  }
}
