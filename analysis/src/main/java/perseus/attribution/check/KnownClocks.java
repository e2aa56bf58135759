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
 * Compares the frequencies of the rows with the SM clocks that were read, where the recording has
 * {@code gpu-state-R.csv} and {@code run.json} does not say which clocks were held. A row of a
 * clock that was not held describes the clock in force. If the recording has several frequencies,
 * its standard errors grow by the relative difference of the two clocks.
 */
final class KnownClocks implements ClockCheck {
  @Override
  public List<Doubt> check(List<RankEnergy> ranks, Recording recording) {
    List<Doubt> doubts = new ArrayList<>();
    if (ClocksHeld.areKnown(recording.manifest())) {
      return doubts;
    }
    // A run with run.json set its clocks itself. The same request gives the same clock again.
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
