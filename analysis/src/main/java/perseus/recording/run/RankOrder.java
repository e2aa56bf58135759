package perseus.recording.run;

import java.util.List;
import perseus.io.Named;
import perseus.recording.log.RankPlace;

/**
 * Lists the orders in which a job may number its ranks. A rank has a data-parallel rank (dp), a
 * tensor-parallel rank (tp) and a pipeline-parallel rank (pp), which is its stage. In the order
 * {@code dp-tp-pp}, for example, pp changes fastest from one global rank to the next, and dp
 * changes slowest.
 */
public enum RankOrder {
  /**
   * The global rank is {@code (dp * T + tp) * P + pp}, with T tensor-parallel ranks per stage and P
   * stages. This project and the research release of Perseus number their ranks in the order {@code
   * dp-tp-pp}.
   */
  DP_TP_PP("dp-tp-pp"),

  /**
   * The global rank is {@code (pp * D + dp) * T + tp}, with D data-parallel pipelines and T
   * tensor-parallel ranks per stage.
   */
  PP_DP_TP("pp-dp-tp");

  private final String text;

  RankOrder(String text) {
    this.text = text;
  }

  /**
   * Returns the rank order with the given name.
   *
   * @throws perseus.io.UserError if no rank order has the name
   */
  public static RankOrder parse(String text) {
    return Named.find("rank order", text, List.of(values()), RankOrder::toString);
  }

  /**
   * Returns the data-parallel, pipeline-parallel and tensor-parallel rank of a global rank. The
   * host and the device of the result are null.
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
