package perseus.parallel;

import perseus.recording.InputException;

/**
 * Degrees of 3D parallelism and the layout of ranks: {@code rank = (d * tp + t) * pp + p}, data
 * parallelism outermost, pipeline parallelism innermost, as in Merak's research release.
 *
 * @param pp stages of a pipeline
 * @param dp pipelines
 * @param tp GPUs that share one stage of one pipeline
 */
public record Degrees(int pp, int dp, int tp) {
  private static final int MOST_RANKS = 1_000_000;

  /**
   * @throws InputException if a degree is below 1, or there are more ranks than anybody has
   */
  public Degrees {
    if (pp < 1 || dp < 1 || tp < 1) {
      throw new InputException(
          "Degrees of parallelism are at least 1, but pp is %d, dp %d, tp %d."
              .formatted(pp, dp, tp));
    }
    if ((double) pp * dp * tp > MOST_RANKS) {
      throw new InputException(
          "--pp %d x --dp %d x --tp %d are more than %d ranks.".formatted(pp, dp, tp, MOST_RANKS));
    }
  }

  /** Number of ranks. */
  public int worldSize() {
    return Math.multiplyExact(pp, Math.multiplyExact(dp, tp));
  }

  /** The rank at a place. */
  public int rank(int dpRank, int tpRank, int ppRank) {
    return (dpRank * tp + tpRank) * pp + ppRank;
  }

  /** Which pipeline a rank belongs to. */
  public int dpRank(int rank) {
    return rank / (pp * tp);
  }

  /** Which share of its stage a rank computes. */
  public int tpRank(int rank) {
    return rank / pp % tp;
  }

  /** Which stage a rank computes. */
  public int ppRank(int rank) {
    return rank % pp;
  }
}
