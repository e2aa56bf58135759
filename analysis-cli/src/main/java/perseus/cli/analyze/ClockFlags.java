package perseus.cli.analyze;

import java.nio.file.Path;
import perseus.cli.common.FlagValue;
import perseus.io.UserError;
import perseus.planfile.SwitchCostFile;
import perseus.planner.problem.MinDwell;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.problem.SwitchCost;
import perseus.profile.ProfileNotes;
import picocli.CommandLine.Option;

/**
 * Reads the flags for the time that a change of clock takes, and for the minimum time between two
 * changes of clock.
 */
final class ClockFlags {
  @Option(
      names = "--switch-cost",
      paramLabel = "SECONDS|FILE.csv",
      description =
          "Seconds that a GPU needs to change its clock, such as 0.01. Plans count this time, at blocking power,"
              + " before each forward or backward whose frequency differs from the previous one. A file with the columns"
              + " from, to (clocks in"
              + " MHz, or any) and seconds gives a time for each change. Default: the time that was measured while the"
              + " profile was recorded, else 0.")
  private String switchCost;

  @Option(
      names = "--min-dwell",
      paramLabel = "SECONDS",
      description =
          "Minimum time in seconds for which a GPU holds a clock, such as 0.1. The time runs from the start of the"
              + " first computation at a clock to the end of the last one before the next change, also across iterations."
              + " Default: 0.")
  private double minDwell;

  /**
   * Returns the file that the flag {@code --switch-cost} names; null if the flag gives a number of
   * seconds.
   */
  Path switchCostFile() {
    return file(switchCost);
  }

  /**
   * Checks the values of the flags that can be checked without a profile.
   *
   * @throws UserError if a flag has a value that is not allowed
   */
  void checkValues() {
    switchCost(switchCost, ProfileNotes.none(""));
    FlagValue.requireBetween("--min-dwell", minDwell, 0, MinDwell.MAX_SECONDS, " seconds");
  }

  /**
   * Returns a copy of the planning problem with the values of the flags of this class.
   *
   * @param notes contents of the file {@code profile.json}, which may include the time that a GPU
   *     takes to change its clock
   */
  PlanningProblem applied(PlanningProblem problem, ProfileNotes notes) {
    return withSwitchCost(problem, notes).withMinDwell(minDwell);
  }

  private PlanningProblem withSwitchCost(PlanningProblem problem, ProfileNotes notes) {
    SwitchCost cost = switchCost(switchCost, notes);
    try {
      return problem.withSwitchCost(cost);
    } catch (UserError e) {
      Path file = file(switchCost);
      throw file == null ? e : new UserError(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the time that a GPU needs to change its clock (frequency).
   *
   * @param value value of the flag; null if the user did not give the flag. If the value is null,
   *     the method returns the measured time that the profile states, or 0 if none was measured.
   * @throws UserError if the value is neither a number in the allowed range nor the name of a valid
   *     file
   */
  private static SwitchCost switchCost(String value, ProfileNotes notes) {
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
   * Returns the path of the file if the flag's value is a path. The method returns null if the
   * value is a number or null.
   */
  private static Path file(String value) {
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
