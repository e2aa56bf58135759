package perseus.parallel;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import perseus.io.UserError;

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
   * @throws UserError if a degree is below 1, or there are more ranks than anybody has
   */
  public Degrees {
    if (pp < 1 || dp < 1 || tp < 1) {
      throw new UserError(
          "Degrees of parallelism are at least 1, but pp is %d, dp %d, tp %d."
              .formatted(pp, dp, tp));
    }
    if ((double) pp * dp * tp > MOST_RANKS) {
      throw new UserError(
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

  /** The replicas of a rank's share of its stage, itself among them, in the order of pipelines. */
  public List<Integer> dataGroup(int rank) {
    return IntStream.range(0, dp).mapToObj(d -> rank(d, tpRank(rank), ppRank(rank))).toList();
  }

  /** The ranks that share a rank's stage of its pipeline, itself among them. */
  public List<Integer> tensorGroup(int rank) {
    return IntStream.range(0, tp).mapToObj(t -> rank(dpRank(rank), t, ppRank(rank))).toList();
  }

  /**
   * The ranks that hold a rank's share of the given stages of its pipeline.
   *
   * @param stages in ascending order
   */
  public List<Integer> stageGroup(int rank, Collection<Integer> stages) {
    return stages.stream().map(stage -> rank(dpRank(rank), tpRank(rank), stage)).toList();
  }

  /** The rank after this one in its pipeline; the first comes after the last. */
  public int nextRank(int rank) {
    return rank(dpRank(rank), tpRank(rank), (ppRank(rank) + 1) % pp);
  }

  /** The rank before this one in its pipeline; the last comes before the first. */
  public int previousRank(int rank) {
    return rank(dpRank(rank), tpRank(rank), (ppRank(rank) + pp - 1) % pp);
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
