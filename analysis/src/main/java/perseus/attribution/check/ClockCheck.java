package perseus.attribution.check;

import java.util.List;
import perseus.attribution.result.RankEnergy;
import perseus.recording.Recording;

/** Checks whether the frequencies of a recording were in force. */
interface ClockCheck {
  /**
   * Returns the rows whose standard errors must grow. Adds a warning to {@code
   * recording.warnings()} that says why.
   *
   * @param ranks energies of all ranks
   */
  List<Doubt> check(List<RankEnergy> ranks, Recording recording);
}
