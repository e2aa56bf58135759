package perseus.cli.analyze;

import java.nio.file.Path;
import perseus.io.UserError;
import perseus.planfile.SwitchCostFile;
import perseus.planner.problem.SwitchCost;
import perseus.profile.ProfileNotes;

/**
 * Reads the value of the flag {@code --switch-cost}. The value is a number of seconds or the name
 * of a CSV file.
 */
final class SwitchCostFlag {
  private SwitchCostFlag() {}

  /**
   * Returns the time that a GPU needs to change its clock (frequency).
   *
   * @param value value of the flag; null if the user did not give the flag. Then the time is taken
   *     from the notes of the profile, or is 0 if it was not measured.
   * @param notes the notes of the profile
   * @throws UserError if the value is neither a number in the allowed range nor the name of a valid
   *     file
   */
  static SwitchCost read(String value, ProfileNotes notes) {
    if (value == null) {
      return SwitchCost.of(notes.switchSeconds() == null ? 0 : notes.switchSeconds());
    }
    Path file = file(value);
    if (file != null) {
      return SwitchCostFile.read(file);
    }
    double seconds = Double.parseDouble(value);
    if (!(seconds >= 0 && seconds <= SwitchCost.MAX_SECONDS)) {
      throw new UserError(
          "--switch-cost is %s; it must be a number from 0 to %.0f seconds, or a CSV file."
              .formatted(value, SwitchCost.MAX_SECONDS));
    }
    return SwitchCost.of(seconds);
  }

  /**
   * Returns the file that the value names. The method returns null if the value is a number or
   * null.
   */
  static Path file(String value) {
    if (value == null) {
      return null;
    }
    try {
      Double.parseDouble(value);
      return null;
    } catch (NumberFormatException e) {
      return Path.of(value);
    }
  }
}
