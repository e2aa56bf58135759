package perseus.planfile;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.LOAD;
import static perseus.pipeline.Instruction.OPTIMIZER_STEP;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.NotesWith;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/**
 * Makes a small profile and its frontier (the plans of a planner) for tests. The stages have
 * different times and 1 or 2 GPUs. The profile has loads, an optimizer step and transfers.
 */
final class SmallPipeline {
  static final int STAGES = 3;
  static final int MICROBATCHES = 4;

  private SmallPipeline() {}

  /**
   * Returns the profile.
   *
   * @param withKnob whether the options have a knob (setting other than the frequency)
   */
  static StageProfile profile(boolean withKnob) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < STAGES; s++) {
      options(rows, s, FORWARD, 0.05 + 0.013 * s, 20, withKnob);
      options(rows, s, BACKWARD, 0.11 + 0.007 * s, 45, withKnob);
      rows.add(new ProfileRow(s, OPTIMIZER_STEP, 1410, 0.021, 3));
    }
    rows.add(new ProfileRow(0, LOAD, 1410, 0.004, 0.5));
    return new StageProfile(
        rows,
        NotesWith.transfers(
            ProfileNotes.none("a test").withBlocking(List.of(70.0, 75.5, 80.0), List.of(1, 2, 1)),
            List.of(0.002, 0.003)));
  }

  private static void options(
      List<ProfileRow> rows,
      int stage,
      Instruction instruction,
      double time,
      double energy,
      boolean withKnob) {
    for (int k = 0; k < 6; k++) {
      Map<String, String> knobs = withKnob ? Map.of("comm", "a \"" + k + "\"") : Map.of();
      rows.add(
          new ProfileRow(
              stage,
              instruction,
              1410 - 15 * k,
              time * (1 + 0.031 * k),
              energy * (1 - 0.035 * k + 0.002 * k * k) * (stage == 1 ? 2 : 1),
              knobs,
              ProfileRow.Quality.UNKNOWN));
    }
  }

  static PlanningProblem problem(StageProfile profile) {
    double[] watts =
        profile.notes().stageBlockingWatts().stream().mapToDouble(Double::doubleValue).toArray();
    return PlanningProblem.of(profile, Schedules.ONE_FORWARD_ONE_BACKWARD, MICROBATCHES, watts);
  }

  static Frontier frontier(StageProfile profile, int plans) {
    return Planners.PERSEUS.plan(problem(profile), new PlanRequest(plans));
  }

  static PlanSummary summary(Frontier frontier, StageProfile profile) {
    return PlanSummary.of(
        frontier, profile, "perseus", Collections.emptyList(), Collections.emptyList());
  }
}
