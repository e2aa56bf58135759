package perseus.attribution.check;

import java.util.List;
import perseus.attribution.result.RankEnergy;
import perseus.recording.Recording;

/** Checks whether the GPUs of a recording really ran at the requested frequencies. */
interface ClockCheck {
  /**
   * Returns which rows of the profile may be wrong, and by how much. Adds a warning to {@code
   * recording.warnings()} that states the reason.
   *
   * @param ranks energies of all ranks
   */
  List<Doubt> check(List<RankEnergy> ranks, Recording recording);
}
