package perseus.planfile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.planner.problem.Plan;
import perseus.profile.ProfileRow;

/**
 * Reads and writes the file beside a plan that holds the knobs of its options besides the
 * frequency.
 *
 * <p>The file is {@code scheds_pipeline_%05d.json} beside {@code freqs_pipeline_%05d.py}, and
 * {@code NAME.json} beside any other {@code NAME.py}. It is a JSON array per stage, in the order of
 * the plan, with an object per computation: its {@code instruction}, its {@code frequency} in MHz,
 * and its knobs, named as the columns of the profile.
 */
final class KnobFile {
  private static final String INSTRUCTION = "instruction";
  private static final String FREQUENCY = "frequency";

  private KnobFile() {}

  /** Returns the path of the knob file of a plan, whether it exists or not. */
  static Path beside(Path plan) {
    String name = plan.getFileName().toString().replaceFirst("\\.py$", "") + ".json";
    return plan.resolveSibling(name.replaceFirst("^freqs_pipeline_", "scheds_pipeline_"));
  }

  /** Returns the knobs of a plan as JSON; empty if no option has knobs besides the frequency. */
  static String text(Plan plan) {
    List<List<Map<String, Object>>> stages = new ArrayList<>();
    boolean any = false;
    for (int lane = 0; lane < plan.problem().dag().lanes(); lane++) {
      List<Map<String, Object>> entries = new ArrayList<>();
      for (ProfileRow row : plan.computations(lane)) {
        any |= !row.knobs().isEmpty();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put(INSTRUCTION, row.instruction().name());
        entry.put(FREQUENCY, row.frequencyMhz());
        entry.putAll(row.knobs());
        entries.add(entry);
      }
      stages.add(entries);
    }
    return any ? JsonFiles.toJson(stages) : "";
  }

  /**
   * Reads the knobs of a plan.
   *
   * @return for each stage and computation, the knobs by name; empty if the plan has no knob file
   * @throws UserError if the knob file cannot be read or has another format
   */
  static List<List<Map<String, String>>> read(Path plan) {
    Path file = beside(plan);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<List<Map<String, String>>> stages = new ArrayList<>();
    for (Map<?, ?>[] stage : JsonFiles.read(file, Map[][].class, "a plan's knobs")) {
      List<Map<String, String>> entries = new ArrayList<>();
      for (Map<?, ?> entry : stage == null ? new Map<?, ?>[0] : stage) {
        Map<String, String> knobs = new LinkedHashMap<>();
        if (entry != null) {
          entry.forEach((knob, value) -> knobs.put(String.valueOf(knob), String.valueOf(value)));
        }
        knobs.remove(INSTRUCTION);
        knobs.remove(FREQUENCY);
        entries.add(knobs);
      }
      stages.add(entries);
    }
    return stages;
  }
}
