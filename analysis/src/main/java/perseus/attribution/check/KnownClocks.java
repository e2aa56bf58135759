package perseus.attribution.check;

import java.util.ArrayList;
import java.util.List;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.recording.Recording;
import perseus.recording.log.ClockInForce;
import perseus.recording.log.Warning;
import perseus.recording.run.ClocksHeld;

/**
 * Compares the requested frequencies with the SM clocks that were read from the GPUs ({@code
 * gpu-state-R.csv}). Does nothing if {@code run.json} states which clocks the GPUs held.
 *
 * <p>If a GPU did not hold a requested clock, the row of this clock describes the clock at which
 * the GPU really ran. If the recording has several frequencies but no {@code run.json}, the
 * standard errors of this row grow by the relative difference between the two clocks.
 */
final class KnownClocks implements ClockCheck {
  @Override
  public List<Doubt> check(List<RankEnergy> ranks, Recording recording) {
    List<Doubt> doubts = new ArrayList<>();
    if (ClocksHeld.areKnown(recording.manifest())) {
      return doubts;
    }
    // A run with run.json requested its clocks itself. If a plan requests the same clock later, the
    // GPU runs at the same real clock again, so the row needs no larger standard error.
    List<RankEnergy> unsure = recording.manifest() == null ? ranks : List.of();
    for (RankEnergy rank : unsure) {
      for (WindowEnergy window : rank.windows()) {
        int mhz = window.frequencyMhz();
        ClockInForce clock = recording.clockEvidence().clock(rank.place().rank(), mhz);
        if (clock != null && !clock.isHeld() && rank.windows().size() > 1) {
          doubts.add(new Doubt(rank.place().rank(), mhz, Math.abs(mhz / clock.smMhz() - 1)));
        }
      }
    }
    ClocksHeld.sentence(recording.clockEvidence().notHeld())
        .ifPresent(
            sentence -> recording.warnings().add(Warning.ofJob(Warning.Kind.DOUBTFUL, sentence)));
    return doubts;
  }
}
