package perseus.attribution.check;

import java.util.List;
import perseus.attribution.result.RankEnergy;
import perseus.recording.Recording;

/** Checks whether the GPUs of a recording really ran at the requested frequencies. */
interface ClockCheck {
  /**
   * Returns the ranks and frequencies with a possibly wrong clock, and the relative error of their
   * times and energies. For each rank that may have run at a wrong clock, a warning with the reason
   * is added to {@code recording.warnings()}.
   *
   * @param ranks energies of all ranks
   */
  List<Doubt> check(List<RankEnergy> ranks, Recording recording);
}
