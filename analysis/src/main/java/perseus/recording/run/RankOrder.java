package perseus.recording.run;

import java.util.List;
import perseus.io.Named;
import perseus.recording.log.RankPlace;

/**
 * Lists the orders in which a job may number its ranks. The name of an order lists the
 * data-parallel (dp), tensor-parallel (tp) and pipeline-parallel (pp) rank. The first rank in the
 * name changes slowest from one global rank to the next, and the last rank changes fastest.
 */
public enum RankOrder {
  /**
   * {@code rank = (dp * T + tp) * P + pp}, with T tensor-parallel ranks and P pipeline stages. This
   * project and the research release of Perseus number their ranks in this order.
   */
  DP_TP_PP("dp-tp-pp"),

  /**
   * {@code rank = (pp * D + dp) * T + tp}, with D data-parallel pipelines and T tensor-parallel
   * ranks.
   */
  PP_DP_TP("pp-dp-tp");

  private final String text;

  RankOrder(String text) {
    this.text = text;
  }

  /**
   * Returns the order with a given name.
   *
   * @throws perseus.io.UserError if no order has this name
   */
  public static RankOrder parse(String text) {
    return Named.find("rank order", text, List.of(values()), RankOrder::toString);
  }

  /**
   * Returns the place of a rank in a job. The host and device of the place are null.
   *
   * @param rank global rank
   * @param pp number of pipeline stages
   * @param dp number of data-parallel pipelines
   * @param tp number of tensor-parallel ranks of one stage
   */
  public RankPlace place(int rank, int pp, int dp, int tp) {
    return this == DP_TP_PP
        ? new RankPlace(rank, rank / (pp * tp), rank % pp, rank / pp % tp, null, null)
        : new RankPlace(rank, rank / tp % dp, rank / (dp * tp), rank % tp, null, null);
  }

  @Override
  public String toString() {
    return text;
  }
}
