package perseus.recording.run;

import java.util.List;
import perseus.io.Named;
import perseus.recording.log.RankPlace;

/**
 * The order in which a job numbers its ranks: which of the data-parallel, tensor-parallel and
 * pipeline-parallel rank changes slowest from one global rank to the next.
 */
public enum RankOrder {
  /**
   * rank = (dp * T + tp) * P + pp, with T tensor-parallel ranks and P stages. The research release
   * and this project use it.
   */
  DP_TP_PP("dp-tp-pp"),

  /** rank = (pp * D + dp) * T + tp, with D pipelines and T tensor-parallel ranks. */
  PP_DP_TP("pp-dp-tp");

  private final String text;

  RankOrder(String text) {
    this.text = text;
  }

  /**
   * Finds an order by its name.
   *
   * @throws perseus.io.UserError if no order has this name
   */
  public static RankOrder parse(String text) {
    return Named.find("rank order", text, List.of(values()), RankOrder::toString);
  }

  /**
   * Returns the place of a rank in a job, without host and device.
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
