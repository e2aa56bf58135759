package perseus.attribution.sensor;

import java.util.Arrays;
import java.util.Locale;
import perseus.recording.log.RankRecording;

/**
 * Describes a GPU model on which the power sensor and the power limit were measured.
 *
 * @param name part of the GPU's name, in lower case
 * @param highestMhz highest SM clock of the model in MHz, which identifies a GPU without a recorded
 *     name
 */
record GpuModel(String name, double highestMhz) {
  /** An H100 SXM has the same highest SM clock and the same power limit as an H200. */
  static final GpuModel H200 = new GpuModel("h200", 1980);

  /** Returns whether a rank's GPU may belong to the model. */
  boolean mayBe(RankRecording rank) {
    return rank.gpu().isEmpty()
        ? Arrays.stream(rank.states().smMhz()).max().orElse(0) == highestMhz
        : rank.gpu().toLowerCase(Locale.ROOT).contains(name);
  }
}
