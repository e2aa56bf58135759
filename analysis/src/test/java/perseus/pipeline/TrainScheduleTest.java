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
import org.junit.jupiter.params.provider.EnumSource;
import perseus.recording.InputException;
import perseus.recording.Instruction;

/** In which order each schedule runs a stage's computations. */
class TrainScheduleTest {
  /** A schedule in letters: F0 F1 B0, R for recomputation. */
  private static String letters(List<Step> steps) {
    return steps.stream()
        .map(
            step ->
                step.instruction().name().substring(0, 1).toUpperCase(Locale.ROOT)
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
    "early_recompute_1f1b, 0, 2, 2, F0 F1 R0 B0 R1 B1",
    "early_recompute_1f1b, 1, 2, 2, F0 B0 F1 B1",
    "early_recompute_1f1b, 0, 1, 1, F0 B0",
  })
  void stageRuns(String flag, int stage, int stages, int microbatches, String steps) {
    assertThat(letters(TrainSchedule.of(flag).steps(stage, stages, microbatches))).isEqualTo(steps);
  }

  @ParameterizedTest
  @EnumSource
  void everyMicrobatchGoesForwardAndBackwardOnceAndInThatOrder(TrainSchedule schedule) {
    for (int stages = 1; stages <= 6; stages++) {
      for (int microbatches = 1; microbatches <= 9; microbatches++) {
        for (int stage = 0; stage < stages; stage++) {
          List<Step> steps = schedule.steps(stage, stages, microbatches);
          boolean recomputes = schedule == TrainSchedule.EARLY_RECOMPUTE_1F1B && stage < stages - 1;
          assertThat(steps).doesNotHaveDuplicates().hasSize((recomputes ? 3 : 2) * microbatches);
          for (int m = 0; m < microbatches; m++) {
            List<Integer> order = new ArrayList<>();
            order.add(steps.indexOf(new Step(Instruction.FORWARD, m)));
            if (recomputes) {
              order.add(steps.indexOf(new Step(Instruction.RECOMPUTATION, m)));
            }
            order.add(steps.indexOf(new Step(Instruction.BACKWARD, m)));
            assertThat(order).isSorted().doesNotContain(-1);
          }
        }
      }
    }
  }

  @Test
  void scheduleIsFoundByItsFlagOrRefusedWithAll() {
    for (TrainSchedule schedule : TrainSchedule.values()) {
      assertThat(TrainSchedule.of(schedule.flag().toUpperCase(Locale.ROOT))).isSameAs(schedule);
    }
    assertThatThrownBy(() -> TrainSchedule.of("zb"))
        .isInstanceOf(InputException.class)
        .hasMessage("Unknown schedule 'zb'; there are 1f1b, gpipe, early_recompute_1f1b.");
  }
}
