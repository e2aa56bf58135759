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
 * gpu-state-R.csv}). The comparison of the clocks is skipped if {@code run.json} states which
 * clocks the GPUs held.
 *
 * <p>If a GPU did not hold a requested clock, its profile row describes the real clock. Without
 * {@code run.json}, the relative difference between requested and real clock increases the standard
 * errors of the profile row.
 */
final class KnownClocks implements ClockCheck {
  @Override
  public List<Doubt> check(List<RankEnergy> ranks, Recording recording) {
    List<Doubt> doubts = new ArrayList<>();
    if (ClocksHeld.areKnown(recording.manifest())) {
      return doubts;
    }
    // A run with run.json requested its clocks itself. A later plan with the same requests gets the
    // same real clocks, so the profile rows of the run keep their standard errors.
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
