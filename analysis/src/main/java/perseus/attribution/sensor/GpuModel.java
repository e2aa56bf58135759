package perseus.attribution.sensor;

import java.util.Arrays;
import java.util.Locale;
import perseus.recording.log.RankRecording;

/**
 * A GPU model on which sensor and power limit were measured.
 *
 * @param name part of the GPU's name, in lower case
 * @param highestMhz highest SM clock of the model; it serves if the recording does not name the GPU
 */
record GpuModel(String name, double highestMhz) {
  /** The H100 SXM has the same highest clock and the same power limit. */
  static final GpuModel H200 = new GpuModel("h200", 1980);

  /** Returns whether a rank's GPU is, or may be, of this model. */
  boolean mayBe(RankRecording rank) {
    return rank.gpu().isEmpty()
        ? Arrays.stream(rank.states().smMhz()).max().orElse(0) == highestMhz
        : rank.gpu().toLowerCase(Locale.ROOT).contains(name);
  }
}
