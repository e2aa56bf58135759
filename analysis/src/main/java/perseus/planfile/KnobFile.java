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
 * Reads and writes the knob file of a plan. A knob file is a JSON file with settings other than the
 * frequency, in the directory of the plan file. A knob is a setting of a computation other than its
 * frequency, for example the communication schedule.
 *
 * <p>The knob file of the plan file {@code freqs_pipeline_%05d.py} is {@code
 * scheds_pipeline_%05d.json}, where {@code %05d} is the number of the plan. If a user gives a plan
 * file another name, such as {@code NAME.py}, its knob file is {@code NAME.json}.
 *
 * <p>A knob file contains one JSON array per stage, with one JSON object per computation. The
 * object of a computation contains the {@code instruction}, the {@code frequency} in MHz, and the
 * value of each knob (setting other than the frequency). The name of each setting is the name of
 * its column in the profile. If the profile was measured on simulated GPUs, each JSON object also
 * contains {@code "simulated": true}.
 */
final class KnobFile {
  private static final String INSTRUCTION = "instruction";
  private static final String FREQUENCY = "frequency";
  private static final String SIMULATED = "simulated";

  private KnobFile() {}

  /**
   * Returns the path of the knob file (settings other than the frequency) of a plan. The file at
   * the returned path need not exist.
   */
  static Path beside(Path plan) {
    String name = plan.getFileName().toString().replaceFirst("\\.py$", "") + ".json";
    return plan.resolveSibling(name.replaceFirst("^freqs_pipeline_", "scheds_pipeline_"));
  }

  /**
   * Returns the knobs (settings other than the frequency) of a plan as JSON text; empty if the plan
   * has no knobs.
   *
   * @param simulated whether the profile of the plan was measured on simulated GPUs
   */
  static String text(Plan plan, boolean simulated) {
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
        if (simulated) {
          entry.put(SIMULATED, true);
        }
        entries.add(entry);
      }
      stages.add(entries);
    }
    return any ? JsonFiles.toJson(stages) : "";
  }

  /**
   * Reads the knobs (settings other than the frequency) of a plan from its knob file.
   *
   * @return for each stage and computation, a map from names to values of settings other than the
   *     frequency; empty without a knob file
   * @throws UserError if the file cannot be read, or is not a knob file
   */
  static List<List<Map<String, String>>> read(Path plan) {
    Path file = beside(plan);
    if (!Files.exists(file)) {
      return List.of();
    }
    List<List<Map<String, String>>> stages = new ArrayList<>();
    for (Map<?, ?>[] stage :
        JsonFiles.read(file, Map[][].class, "a plan's settings other than frequencies")) {
      List<Map<String, String>> entries = new ArrayList<>();
      for (Map<?, ?> entry : stage == null ? new Map<?, ?>[0] : stage) {
        Map<String, String> knobs = new LinkedHashMap<>();
        if (entry != null) {
          entry.forEach((knob, value) -> knobs.put(String.valueOf(knob), String.valueOf(value)));
        }
        knobs.remove(INSTRUCTION);
        knobs.remove(FREQUENCY);
        knobs.remove(SIMULATED);
        entries.add(knobs);
      }
      stages.add(entries);
    }
    return stages;
  }
}
