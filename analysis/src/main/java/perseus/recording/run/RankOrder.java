package perseus.recording.run;

import java.util.List;
import perseus.io.Named;
import perseus.recording.log.RankPlace;

/**
 * Lists the orders in which a job may number its ranks. Each global rank has three numbers: its
 * data-parallel rank (dp), its tensor-parallel rank (tp) and its pipeline-parallel rank (pp), which
 * is its stage. If all global ranks are counted in ascending order, the number that comes last in
 * the name of the order changes fastest, and the number that comes first changes slowest.
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
