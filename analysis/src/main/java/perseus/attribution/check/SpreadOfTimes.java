package perseus.attribution.check;

import java.util.ArrayList;
import java.util.List;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.recording.Recording;

/**
 * Increases the standard errors of times and energies if the durations at a frequency scatter too
 * much.
 */
final class SpreadOfTimes implements ClockCheck {
  @Override
  public List<Doubt> check(List<RankEnergy> ranks, Recording recording) {
    List<Doubt> doubts = new ArrayList<>();
    for (RankEnergy rank : ranks) {
      for (WindowEnergy window : rank.windows()) {
        int mhz = window.frequencyMhz();
        double spread = recording.clockEvidence().spread(rank.place().rank(), mhz);
        if (spread > 0) {
          doubts.add(new Doubt(rank.place().rank(), mhz, spread));
        }
      }
    }
    return doubts;
  }
}
