package perseus.parallel;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import perseus.io.UserError;

/**
 * Holds the three degrees of 3D parallelism, and computes the place of each rank from its number.
 *
 * <p>The ranks of one stage of one pipeline each hold a share of the stage (tensor parallelism).
 * Let d be the number of a rank's pipeline, t the number of the rank's share, and p the rank's
 * place in the pipeline. Then {@code rank = (d * tp + t) * pp + p}. Consecutive ranks are therefore
 * consecutive places of one pipeline, as in Merak's research release.
 *
 * @param pp pipeline-parallel degree: number of places of one pipeline
 * @param dp data-parallel degree: number of pipelines
 * @param tp tensor-parallel degree: number of ranks that share one stage of one pipeline
 */
public record Degrees(int pp, int dp, int tp) {
  private static final int MAX_RANKS = 1_000_000;

  /**
   * @throws UserError if a degree is below 1, or if the product of the degrees is above 1,000,000
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

  /** Returns the number of ranks of the job. */
  public int worldSize() {
    return Math.multiplyExact(pp, Math.multiplyExact(dp, tp));
  }

  /**
   * Returns the number of a rank from its place.
   *
   * @param dpRank number of the pipeline, from 0
   * @param tpRank number of the share of the stage, from 0
   * @param ppRank place in the pipeline, from 0
   */
  public int rank(int dpRank, int tpRank, int ppRank) {
    return (dpRank * tp + tpRank) * pp + ppRank;
  }

  /**
   * Returns the ranks of all pipelines that hold the same share of the same stage as {@code rank}.
   * The list is in the order of the pipelines and contains {@code rank}. These ranks sum their
   * gradients.
   */
  public List<Integer> dataGroup(int rank) {
    return IntStream.range(0, dp).mapToObj(d -> rank(d, tpRank(rank), ppRank(rank))).toList();
  }

  /**
   * Returns the ranks that share one stage of one pipeline with {@code rank}. The list contains
   * {@code rank}.
   */
  public List<Integer> tensorGroup(int rank) {
    return IntStream.range(0, tp).mapToObj(t -> rank(dpRank(rank), t, ppRank(rank))).toList();
  }

  /**
   * Returns the ranks at the given places of the pipeline of {@code rank}. All returned ranks hold
   * the same share of their stages as {@code rank}.
   *
   * @param places places in the pipeline, from 0, in ascending order
   */
  public List<Integer> stageGroup(int rank, Collection<Integer> places) {
    return places.stream().map(place -> rank(dpRank(rank), tpRank(rank), place)).toList();
  }

  /**
   * Returns the rank at the next place of the same pipeline. After the last place, the next is
   * place 0.
   */
  public int nextRank(int rank) {
    return rank(dpRank(rank), tpRank(rank), (ppRank(rank) + 1) % pp);
  }

  /**
   * Returns the rank at the previous place of the same pipeline. Before place 0, the previous place
   * is the last one.
   */
  public int previousRank(int rank) {
    return rank(dpRank(rank), tpRank(rank), (ppRank(rank) + pp - 1) % pp);
  }

  /** Returns the number of the pipeline of a rank, from 0. */
  public int dpRank(int rank) {
    return rank / (pp * tp);
  }

  /** Returns the number of the share that a rank holds of its stage, from 0. */
  public int tpRank(int rank) {
    return rank / pp % tp;
  }

  /** Returns the place of a rank in its pipeline, from 0. */
  public int ppRank(int rank) {
    return rank % pp;
  }
}
