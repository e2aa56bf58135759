package perseus.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perseus.pipeline.Instruction.BACKWARD_INPUT;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.WEIGHT_BACKWARD;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;
import perseus.planner.problem.EarliestStarts;

/**
 * Tests the waiting time (bubble) of the schedule ZB-H1, the number of microbatches in memory, and
 * the profiles that the schedule needs.
 */
class ZeroBubbleTest {
  private static IterationDag dag(PipelineSchedule schedule, int stages, int microbatches) {
    return schedule.dag(
        stages, microbatches, Collections.nCopies(stages, Set.of()), new double[stages - 1]);
  }

  private static double seconds(IterationDag dag, double whole) {
    double[] durations = new double[dag.size()];
    Arrays.setAll(
        durations,
        j -> dag.operations().get(j).instruction().equals(Instruction.BACKWARD) ? whole : 1);
    return EarliestStarts.of(dag, durations).makespanSeconds();
  }

  @Test
  void bubbleIsAThirdOfThatOf1F1B() {
    for (int stages = 1; stages <= 8; stages++) {
      for (int microbatches = stages; microbatches <= 2 * stages + 1; microbatches++) {
        double busy = 3 * microbatches;
        assertThat(seconds(dag(Schedules.ZERO_BUBBLE, stages, microbatches), 2) - busy)
            .as("%d stages, %d microbatches", stages, microbatches)
            .isEqualTo(stages - 1);
        assertThat(seconds(dag(Schedules.ONE_FORWARD_ONE_BACKWARD, stages, microbatches), 2) - busy)
            .isEqualTo(3 * (stages - 1));
      }
    }
  }

  @Test
  void everyMicrobatchRunsItsThreePartsInOrderAndNothingDeadlocks() {
    for (int stages = 1; stages <= 6; stages++) {
      for (int microbatches = 1; microbatches <= 9; microbatches++) {
        IterationDag dag = dag(Schedules.ZERO_BUBBLE, stages, microbatches);
        assertThat(dag.size()).isEqualTo(3 * stages * microbatches);
        for (int stage = 0; stage < stages; stage++) {
          List<Step> steps = Schedules.ZERO_BUBBLE.rankSteps(stage, stages, microbatches);
          assertThat(new HashSet<>(steps)).hasSize(3 * microbatches).hasSameSizeAs(steps);
          for (int m = 0; m < microbatches; m++) {
            assertThat(
                    List.of(
                        steps.indexOf(new Step(stage, FORWARD, m)),
                        steps.indexOf(new Step(stage, BACKWARD_INPUT, m)),
                        steps.indexOf(new Step(stage, WEIGHT_BACKWARD, m))))
                .isSorted()
                .doesNotContain(-1);
          }
        }
      }
    }
  }

  @Test
  void noStageHoldsMoreMicrobatchesThanTheFirstStageUnder1F1B() {
    int stages = 4;
    for (int stage = 0; stage < stages; stage++) {
      int held = 0;
      int most = 0;
      for (Step step : Schedules.ZERO_BUBBLE.rankSteps(stage, stages, 12)) {
        held += step.instruction().equals(FORWARD) ? 1 : 0;
        most = Math.max(most, held);
        held -= step.instruction().equals(WEIGHT_BACKWARD) ? 1 : 0;
      }
      assertThat(most).isEqualTo(stages);
    }
  }

  @Test
  void profileWithWholeBackwardsIsRefusedWithWhatIsMissing() {
    assertThat(
            Schedules.ZERO_BUBBLE.forInstructions(Set.of(FORWARD, BACKWARD_INPUT, WEIGHT_BACKWARD)))
        .isEqualTo(Schedules.ZERO_BUBBLE);
    assertThatThrownBy(
            () -> Schedules.ZERO_BUBBLE.forInstructions(Set.of(FORWARD, Instruction.BACKWARD)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("none for backward_input")
        .hasMessageContaining("1f1b");
    assertThatThrownBy(() -> Schedules.ZERO_BUBBLE.forInstructions(Set.of(FORWARD, BACKWARD_INPUT)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("none for weight_backward");
  }
}
