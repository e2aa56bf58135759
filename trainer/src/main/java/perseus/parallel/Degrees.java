package perseus.parallel;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import perseus.io.UserError;

/**
 * Holds the pipeline-parallel, data-parallel and tensor-parallel degree of a job. Computes the
 * pipeline, the position in the pipeline and the shard of each rank.
 *
 * <p>Tensor parallelism divides a stage into shards, and each rank of a tensor-parallel group holds
 * one shard. Rank {@code (d * tp + t) * pp + p} has position p in pipeline d, and holds
 * tensor-parallel shard t. For example, with pp = 4 and tp = 1, pipeline 0 consists of the ranks 0
 * to 3, and pipeline 1 of the ranks 4 to 7. The research release of the training framework Merak
 * numbers its ranks in the same way.
 *
 * @param pp pipeline-parallel degree: number of positions in one pipeline
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
   * Returns the number of the rank that has the given pipeline, tensor-parallel shard and position
   * in the pipeline.
   *
   * @param dpRank number of the pipeline, from 0
   * @param tpRank number of the tensor-parallel shard, from 0
   * @param ppRank position of the rank in the pipeline, from 0
   */
  public int rank(int dpRank, int tpRank, int ppRank) {
    return (dpRank * tp + tpRank) * pp + ppRank;
  }

  /**
   * Returns the data-parallel group of {@code rank}: one rank of each pipeline. All ranks of a
   * data-parallel group hold the same tensor-parallel shard of the same stages and sum their
   * gradients. The returned list of ranks is in the order of the pipelines, and includes {@code
   * rank} itself.
   */
  public List<Integer> dataGroup(int rank) {
    return IntStream.range(0, dp).mapToObj(d -> rank(d, tpRank(rank), ppRank(rank))).toList();
  }

  /**
   * Returns the tensor-parallel group of {@code rank}: the ranks that hold the shards of the same
   * stages in the same pipeline. The returned list of ranks includes {@code rank} itself.
   */
  public List<Integer> tensorGroup(int rank) {
    return IntStream.range(0, tp).mapToObj(t -> rank(dpRank(rank), t, ppRank(rank))).toList();
  }

  /**
   * Returns the ranks at the given positions in the pipeline of {@code rank}. All returned ranks
   * hold tensor-parallel shards with the same number.
   *
   * @param places the positions of the returned ranks in the pipeline, from 0, in ascending order
   */
  public List<Integer> stageGroup(int rank, Collection<Integer> places) {
    return places.stream().map(place -> rank(dpRank(rank), tpRank(rank), place)).toList();
  }

  /**
   * Returns the rank at the next position in the pipeline of {@code rank}; for the last position,
   * the rank at position 0.
   */
  public int nextRank(int rank) {
    return rank(dpRank(rank), tpRank(rank), (ppRank(rank) + 1) % pp);
  }

  /**
   * Returns the rank at the previous position in the pipeline of {@code rank}; for position 0, the
   * rank at the last position.
   */
  public int previousRank(int rank) {
    return rank(dpRank(rank), tpRank(rank), (ppRank(rank) + pp - 1) % pp);
  }

  /** Returns the number of the pipeline to which a rank belongs, from 0. */
  public int dpRank(int rank) {
    return rank / (pp * tp);
  }

  /** Returns the number of the tensor-parallel shard that a rank holds, from 0. */
  public int tpRank(int rank) {
    return rank / pp % tp;
  }

  /** Returns the position of a rank in its pipeline, from 0. */
  public int ppRank(int rank) {
    return rank % pp;
  }
}
