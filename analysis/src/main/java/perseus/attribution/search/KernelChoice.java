package perseus.attribution.search;

/**
 * Holds the result of a search for a kernel.
 *
 * @param best best kernel
 * @param other best kernel that is not plain; null if none was tried
 */
record KernelChoice(KernelSearch.Candidate best, KernelSearch.Candidate other) {
  /** Chooses between the plain kernel and another one. */
  static KernelChoice of(KernelSearch.Candidate plain, KernelSearch.Candidate other) {
    boolean isBetter = other != null && other.misfit() < plain.misfit() - KernelSearch.MARGIN;
    return new KernelChoice(isBetter ? other : plain, other);
  }
}
