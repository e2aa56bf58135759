package perseus.recording.run;

import perseus.io.UserError;
import perseus.recording.log.RankPlace;

/** Which of its three ranks varies slowest in a global rank's number. */
public enum RankOrder {
  /** rank = (dp * T + tp) * P + pp: the research release and this project. */
  DP_TP_PP("dp-tp-pp"),
  /** rank = (pp * D + dp) * T + tp. */
  PP_DP_TP("pp-dp-tp");

  private final String text;

  RankOrder(String text) {
    this.text = text;
  }

  /** The order that a user calls {@code text}. */
  public static RankOrder parse(String text) {
    for (RankOrder order : values()) {
      if (order.text.equals(text)) {
        return order;
      }
    }
    throw new UserError(
        "The rank order \"" + text + "\" is unknown; there are dp-tp-pp and pp-dp-tp.");
  }

  /** The place of global rank {@code rank} in a job of the given degrees. */
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
