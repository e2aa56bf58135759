package perseus.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import perseus.io.UserError;

/** Tests the order of the computations of a stage under each schedule. */
class SchedulesTest {
  static List<PipelineSchedule> schedules() {
    return List.of(Schedules.ONE_FORWARD_ONE_BACKWARD, Schedules.GPIPE, Schedules.EARLY_RECOMPUTE);
  }

  /**
   * Returns the order of steps as text, such as F0 F1 B0. R stands for a recomputation, and FB for
   * a forward_backward.
   */
  private static String letters(List<Step> steps) {
    return steps.stream()
        .map(
            step ->
                (step.instruction().equals(Instruction.FORWARD_BACKWARD)
                        ? "FB"
                        : step.instruction().name().substring(0, 1).toUpperCase(Locale.ROOT))
                    + step.microbatch())
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "1f1b, 0, 1, 1, F0 B0",
    "1f1b, 0, 1, 3, F0 B0 F1 B1 F2 B2",
    "1f1b, 0, 3, 1, F0 B0",
    "1f1b, 0, 3, 4, F0 F1 F2 B0 F3 B1 B2 B3",
    "1f1b, 1, 3, 4, F0 F1 B0 F2 B1 F3 B2 B3",
    "1f1b, 2, 3, 4, F0 B0 F1 B1 F2 B2 F3 B3",
    "1f1b, 0, 4, 2, F0 F1 B0 B1",
    "1f1b, 1, 4, 2, F0 F1 B0 B1",
    "1f1b, 2, 4, 2, F0 F1 B0 B1",
    "1f1b, 3, 4, 2, F0 B0 F1 B1",
    "gpipe, 1, 2, 3, F0 F1 F2 B2 B1 B0",
    "gpipe, 0, 1, 1, F0 B0",
    "gpipe_in_order, 1, 2, 3, F0 F1 F2 B0 B1 B2",
    "early_recompute_1f1b, 0, 2, 2, F0 F1 R0 B0 R1 B1",
    "early_recompute_1f1b, 1, 2, 2, F0 B0 F1 B1",
    "early_recompute_1f1b, 0, 1, 1, F0 B0",
    "early_recompute_merak, 0, 3, 4, F0 F1 F2 FB0 F3 FB1 R2 B2 R3 B3",
    "early_recompute_merak, 2, 3, 2, F0 FB0 F1 FB1",
    "zb-h1, 0, 1, 2, F0 B0 W0 F1 B1 W1",
    "zb-h1, 0, 3, 4, F0 F1 F2 B0 W0 F3 B1 W1 B2 W2 B3 W3",
    "zb-h1, 1, 3, 4, F0 F1 B0 F2 B1 W0 F3 B2 W1 B3 W2 W3",
    "zb-h1, 2, 3, 4, F0 B0 F1 B1 F2 B2 W0 F3 B3 W1 W2 W3",
    "zb-h1, 2, 4, 1, F0 B0 W0",
  })
  void stageRunsItsComputationsInOrder(
      String flag, int stage, int stages, int microbatches, String steps) {
    assertThat(letters(Schedules.of(flag).rankSteps(stage, stages, microbatches))).isEqualTo(steps);
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void everyMicrobatchHasOneForwardAndThenOneBackward(PipelineSchedule schedule) {
    for (int stages = 1; stages <= 6; stages++) {
      for (int microbatches = 1; microbatches <= 9; microbatches++) {
        for (int stage = 0; stage < stages; stage++) {
          List<Step> steps = schedule.rankSteps(stage, stages, microbatches);
          boolean recomputes = schedule == Schedules.EARLY_RECOMPUTE && stage < stages - 1;
          assertThat(steps).doesNotHaveDuplicates().hasSize((recomputes ? 3 : 2) * microbatches);
          for (int m = 0; m < microbatches; m++) {
            List<Integer> order = new ArrayList<>();
            order.add(steps.indexOf(new Step(stage, Instruction.FORWARD, m)));
            if (recomputes) {
              order.add(steps.indexOf(new Step(stage, Instruction.RECOMPUTATION, m)));
            }
            order.add(steps.indexOf(new Step(stage, Instruction.BACKWARD, m)));
            assertThat(order).isSorted().doesNotContain(-1);
          }
        }
      }
    }
  }

  @Test
  void schedulesAreFoundByNameAndUnknownNamesAreRefusedWithAllNames() {
    for (PipelineSchedule schedule : schedules()) {
      String upperCase = schedule.name().toUpperCase(Locale.ROOT);
      assertThat(Schedules.of(upperCase)).isEqualTo(schedule);
      assertThat(Schedules.withOneStagePerRank(upperCase)).isEqualTo(schedule);
    }
    assertThat(Schedules.of("Interleaved:3")).isEqualTo(new Interleaved(3));
    assertThatThrownBy(() -> Schedules.of("zb"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("'zb'")
        .hasMessageContaining(
            "1f1b, gpipe, gpipe_in_order, early_recompute_1f1b, early_recompute_merak, zb-h1 and interleaved:V");
    assertThatThrownBy(() -> Schedules.withOneStagePerRank("interleaved:2"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(
            "1f1b, gpipe, gpipe_in_order, early_recompute_1f1b, early_recompute_merak and zb-h1");
  }
}
