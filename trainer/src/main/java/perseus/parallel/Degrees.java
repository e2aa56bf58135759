package perseus.parallel;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import perseus.io.UserError;

/**
 * The degrees of 3D parallelism and the layout of ranks: {@code rank = (d * tp + t) * pp + p}. Data
 * parallelism is outermost and pipeline parallelism innermost, as in Merak's research release.
 *
 * @param pp number of ranks of a pipeline (pipeline parallelism)
 * @param dp number of pipelines (data parallelism)
 * @param tp number of ranks that share one stage of one pipeline (tensor parallelism)
 */
public record Degrees(int pp, int dp, int tp) {
  private static final int MAX_RANKS = 1_000_000;

  /**
   * @throws UserError if a degree is below 1, or their product above 1,000,000
   */
  public Degrees {
    if (pp < 1 || dp < 1 || tp < 1) {
      throw new UserError(
          "Degrees of parallelism must be at least 1, but pp is %d, dp is %d and tp is %d."
              .formatted(pp, dp, tp));
    }
    if ((double) pp * dp * tp > MAX_RANKS) {
      throw new UserError(
          "pp %d x dp %d x tp %d is more than %d ranks; reduce a degree of parallelism."
              .formatted(pp, dp, tp, MAX_RANKS));
    }
  }

  /** Number of ranks of the job. */
  public int worldSize() {
    return Math.multiplyExact(pp, Math.multiplyExact(dp, tp));
  }

  /**
   * Returns the rank in pipeline {@code dpRank} at place {@code ppRank}, with share {@code tpRank}.
   */
  public int rank(int dpRank, int tpRank, int ppRank) {
    return (dpRank * tp + tpRank) * pp + ppRank;
  }

  /**
   * Returns the ranks that hold the same share of the same stage as a rank, itself among them, in
   * the order of pipelines. They sum their gradients.
   */
  public List<Integer> dataGroup(int rank) {
    return IntStream.range(0, dp).mapToObj(d -> rank(d, tpRank(rank), ppRank(rank))).toList();
  }

  /** Returns the ranks that share a stage of a pipeline with a rank, itself among them. */
  public List<Integer> tensorGroup(int rank) {
    return IntStream.range(0, tp).mapToObj(t -> rank(dpRank(rank), t, ppRank(rank))).toList();
  }

  /**
   * Returns the ranks of a rank's pipeline at the given places that hold the same share as the
   * rank.
   *
   * @param places places in the pipeline, from 0, in ascending order
   */
  public List<Integer> stageGroup(int rank, Collection<Integer> places) {
    return places.stream().map(place -> rank(dpRank(rank), tpRank(rank), place)).toList();
  }

  /** Returns the next rank in the same pipeline; the first rank follows the last. */
  public int nextRank(int rank) {
    return rank(dpRank(rank), tpRank(rank), (ppRank(rank) + 1) % pp);
  }

  /** Returns the previous rank in the same pipeline; the last rank precedes the first. */
  public int previousRank(int rank) {
    return rank(dpRank(rank), tpRank(rank), (ppRank(rank) + pp - 1) % pp);
  }

  /** Returns the pipeline of a rank, from 0. */
  public int dpRank(int rank) {
    return rank / (pp * tp);
  }

  /** Returns which share of its stage a rank computes, from 0. */
  public int tpRank(int rank) {
    return rank / pp % tp;
  }

  /** Returns the place of a rank in its pipeline, from 0. */
  public int ppRank(int rank) {
    return rank % pp;
  }
}
