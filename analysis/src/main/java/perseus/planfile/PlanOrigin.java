package perseus.planfile;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds the origin of a plan's profile: the name of its model, and whether its GPUs were simulated.
 * Each plan file contains the origin as comments. The origin therefore remains known when a user
 * copies the plan to another directory.
 *
 * @param model name of the model that was profiled; empty if it is unknown
 * @param simulated whether the profile was measured on simulated GPUs
 */
public record PlanOrigin(Optional<String> model, boolean simulated) {
  private static final String SIMULATED = "# The profile of this plan was simulated.\n";
  private static final String MODEL = "# Model: ";
  private static final Pattern MODEL_LINE = Pattern.compile("(?m)^" + MODEL + "(.+)$");

  /**
   * Returns the origin of the plans in a directory: the name of their model, and whether the GPUs
   * were simulated.
   *
   * @throws perseus.io.UserError if the notes of the profile in the directory cannot be read
   */
  public static PlanOrigin of(Path directory, PlanCatalog catalog) {
    return new PlanOrigin(PlannedProblem.model(directory), catalog.simulated());
  }

  /** Returns the comment lines that state this origin in a plan file. */
  String comments() {
    // A name with a line break would end the comment.
    String line =
        model
            .map(name -> name.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", " ").strip())
            .filter(name -> !name.isEmpty())
            .map(name -> MODEL + name + "\n")
            .orElse("");
    return line + (simulated ? SIMULATED : "");
  }

  /** Reads the origin of a plan's profile from the comments in the text of a plan file. */
  static PlanOrigin in(String text) {
    String lines = text.replace("\r\n", "\n");
    Matcher model = MODEL_LINE.matcher(lines);
    return new PlanOrigin(
        model.find() ? Optional.of(model.group(1).strip()) : Optional.empty(),
        lines.contains(SIMULATED.strip()));
  }
}
