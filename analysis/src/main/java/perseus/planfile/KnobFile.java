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
 * What lies beside a plan whose options have further knobs than the frequency: {@code
 * scheds_pipeline_%05d.json} beside {@code freqs_pipeline_%05d.py}, {@code NAME.json} beside any
 * other {@code NAME.py}. Per stage, in the plan's order, an object per computation: its
 * instruction, its frequency, and its knobs by their column's name.
 */
final class KnobFile {
  private static final String INSTRUCTION = "instruction";
  private static final String FREQUENCY = "frequency";

  private KnobFile() {}

  /** Where the knobs of a plan lie, if it has any. */
  static Path beside(Path plan) {
    String name = plan.getFileName().toString().replaceFirst("\\.py$", "") + ".json";
    return plan.resolveSibling(name.replaceFirst("^freqs_pipeline_", "scheds_pipeline_"));
  }

  /** The knobs of a plan as JSON; empty where its options have none but the frequency. */
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
   * The knobs of a plan: per stage, for each computation. Empty where no file lies beside it.
   *
   * @throws UserError if there is one that is something else
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
