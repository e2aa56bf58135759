package perseus.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.pipeline.Instruction;
import perseus.pipeline.dagfile.JsonSchedule;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** Tests plans for DAG files whose arcs have lags (transfer times). */
class LaggedArcsTest {
  /**
   * Returns a problem of two stages with two forwards and two backwards each, in which all lags
   * (transfer times) differ.
   */
  private static PlanningProblem problem(Random random) throws IOException {
    List<String> operations = new ArrayList<>();
    String[] ids = {"F0", "F1", "B0", "B1"};
    for (int stage = 0; stage < 2; stage++) {
      for (int i = 0; i < ids.length; i++) {
        boolean forward = i < 2;
        List<String> waits = new ArrayList<>();
        if (forward == (stage == 1)) {
          waits.add(arc(ids[i] + "." + (1 - stage), random));
        }
        if (!forward) {
          waits.add(arc(ids[i - 2] + "." + stage, random));
        }
        operations.add(
            "{\"id\": \"%s.%d\", \"stage\": %d, \"instruction\": \"%s\", \"microbatch\": %d, \"predecessors\": %s}"
                .formatted(ids[i], stage, stage, forward ? "forward" : "backward", i % 2, waits));
      }
    }
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      for (Instruction instruction : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
        double time = 0.05 + 0.05 * random.nextDouble();
        for (int k = 0; k < 3; k++) {
          rows.add(
              new ProfileRow(s, instruction, 1410 - 300 * k, time * (1 + 0.3 * k), 20 - 4 * k));
        }
      }
    }
    Path file = Files.createTempFile("lags", ".json");
    try {
      Files.writeString(file, "{\"operations\": " + operations + "}");
      return PlanningProblem.of(
          new StageProfile(rows, ProfileNotes.none("lags")),
          JsonSchedule.read(file),
          2,
          new double[] {60, 60});
    } finally {
      Files.delete(file);
    }
  }

  private static String arc(String id, Random random) {
    return "{\"id\": \"%s\", \"lag_seconds\": %.4f}".formatted(id, 0.2 * random.nextDouble());
  }

  @Property(tries = 5)
  void plansAreOptimalAndTheBoundIsBelowThem(@ForAll @LongRange(min = 0) long seed)
      throws IOException {
    PlanningProblem free = problem(new Random(seed));
    for (PlanningProblem problem : List.of(free, free.withSwitchCost(0.02))) {
      Frontier planned = Planners.PERSEUS.plan(problem, new PlanRequest(10));
      List<Plan> every = RandomProblems.everyPlan(problem);
      for (Plan plan : every) {
        assertThat(planned.gap(plan)).isGreaterThan(-1e-9);
      }
      for (Plan plan : planned.plans()) {
        double best =
            every.stream()
                .filter(other -> other.timeSeconds() <= plan.timeSeconds())
                .mapToDouble(Plan::effectiveEnergyJoules)
                .min()
                .orElseThrow();
        assertThat(plan.effectiveEnergyJoules()).isLessThan(best + 1e-6);
      }
    }
  }
}
