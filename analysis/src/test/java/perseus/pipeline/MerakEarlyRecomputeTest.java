package perseus.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

class MerakEarlyRecomputeTest {
  private static final Map<Instruction, Double> SECONDS =
      Map.of(
          Instruction.FORWARD, 1.0,
          Instruction.RECOMPUTATION, 1.0,
          Instruction.BACKWARD, 2.0,
          Instruction.FORWARD_BACKWARD, 3.0);

  private static StageProfile profile(int stages, Set<Instruction> instructions) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int stage = 0; stage < stages; stage++) {
      for (Instruction instruction : instructions) {
        rows.add(new ProfileRow(stage, instruction, 1410, SECONDS.get(instruction), 100));
      }
    }
    return new StageProfile(rows, ProfileNotes.none("a test"));
  }

  private static PlanningProblem problem(int stages, int microbatches, Set<Instruction> known) {
    double[] watts = new double[stages];
    return PlanningProblem.of(
        profile(stages, known), Schedules.EARLY_RECOMPUTE, microbatches, watts);
  }

  @Test
  void onlyTheLastMicrobatchesOfAStageHaveARecomputation() {
    PlanningProblem problem = problem(4, 8, SECONDS.keySet());
    assertThat(problem.schedule().name()).isEqualTo("early_recompute_merak");
    for (int stage = 0; stage < 4; stage++) {
      int ahead = 3 - stage;
      List<Instruction> run =
          new MerakEarlyRecompute().rankSteps(stage, 4, 8).stream().map(Step::instruction).toList();
      assertThat(problem.dag().laneComputations(stage)).hasSize(16 + ahead).hasSize(run.size());
      assertThat(Collections.frequency(run, Instruction.RECOMPUTATION)).isEqualTo(ahead);
      assertThat(Collections.frequency(run, Instruction.FORWARD_BACKWARD)).isEqualTo(8 - ahead);
    }
  }

  @Test
  void forwardBackwardRecomputesAfterTheGradientHasArrived() {
    // Stage 1 runs the forward until 2 s and forward_backward until 5 s. Stage 0 runs the forward
    // until 1 s, the recomputation until 2 s, and the backward from 5 to 7 s.
    Plan plan = Plan.allMax(problem(2, 1, SECONDS.keySet()));
    assertThat(plan.timeSeconds()).isCloseTo(7, within(1e-12));
    // Stage 0 runs a forward directly before the first of its two backwards. Therefore this
    // backward is a forward_backward, which starts to recompute at 5 s.
    assertThat(Plan.allMax(problem(2, 2, SECONDS.keySet())).timeSeconds())
        .isCloseTo(11, within(1e-12));
  }

  @Test
  void withoutForwardBackwardEveryBackwardHasARecomputation() {
    Set<Instruction> known =
        Set.of(Instruction.FORWARD, Instruction.RECOMPUTATION, Instruction.BACKWARD);
    PlanningProblem problem = problem(4, 8, known);
    assertThat(problem.dag().laneComputations(0)).hasSize(24);
    assertThat(problem.dag().laneComputations(3)).hasSize(16);
  }
}
