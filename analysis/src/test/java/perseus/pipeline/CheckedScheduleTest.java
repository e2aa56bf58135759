package perseus.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.BACKWARD_INPUT;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.RECOMPUTATION;
import static perseus.pipeline.Instruction.WEIGHT_BACKWARD;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import perseus.io.UserError;

/** Tests that schedules of extensions must run each forward and backward once, without deadlock. */
class CheckedScheduleTest {
  private static final int RANKS = 2;
  private static final int MICROBATCHES = 3;

  private interface Steps {
    List<Step> of(int rank);
  }

  private static IterationDag dag(Steps steps) {
    PipelineSchedule schedule =
        Schedules.checked(
            new PipelineSchedule() {
              @Override
              public String name() {
                return "other";
              }

              @Override
              public List<Step> rankSteps(int rank, int ranks, int microbatches) {
                return steps.of(rank);
              }
            });
    return schedule.dag(
        RANKS, MICROBATCHES, Collections.nCopies(RANKS, Set.<Instruction>of()), new double[1]);
  }

  /**
   * Returns the steps of a stage that runs the given instructions for microbatch 0, then for
   * microbatch 1, and so on.
   */
  private static List<Step> each(int stage, Instruction... instructions) {
    List<Step> steps = new ArrayList<>();
    for (int m = 0; m < MICROBATCHES; m++) {
      for (Instruction instruction : instructions) {
        steps.add(new Step(stage, instruction, m));
      }
    }
    return steps;
  }

  private static void assertRefused(Steps steps, String fault) {
    assertThatThrownBy(() -> dag(steps))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("schedule other", fault);
  }

  @Test
  void completeOrdersAreAccepted() {
    assertThat(dag(rank -> each(rank, FORWARD, BACKWARD)).size()).isEqualTo(12);
    assertThat(dag(rank -> each(rank, FORWARD, RECOMPUTATION, BACKWARD)).size()).isEqualTo(18);
    assertThat(dag(rank -> each(rank, FORWARD, BACKWARD_INPUT, WEIGHT_BACKWARD)).size())
        .isEqualTo(18);
  }

  @Test
  void missingRepeatedAndForeignStepsAreRefused() {
    assertRefused(rank -> List.of(), "lacks a backward of stage 0, microbatch 0");
    assertRefused(rank -> each(rank, FORWARD), "lacks a backward");
    assertRefused(rank -> each(rank, FORWARD, BACKWARD_INPUT), "lacks a backward");
    assertRefused(rank -> each(rank, BACKWARD, FORWARD), "instruction backward of stage 0");
    assertRefused(rank -> each(rank, FORWARD, FORWARD, BACKWARD), "forward of stage 0");
    assertRefused(rank -> each(rank, FORWARD, BACKWARD, BACKWARD), "backward of stage 0");
    assertRefused(rank -> each(rank, FORWARD, WEIGHT_BACKWARD), "weight_backward of stage 0");
    assertRefused(rank -> each(1 - rank, FORWARD, BACKWARD), "stage 1, microbatch 0 on rank 0");
    assertRefused(rank -> List.of(new Step(rank, FORWARD, MICROBATCHES)), "microbatch 3 on rank 0");
  }

  @Test
  void ranksThatWaitForEachOtherAreRefused() {
    assertRefused(
        rank -> {
          List<Step> steps = new ArrayList<>(each(rank, FORWARD, BACKWARD));
          if (rank == 1) {
            steps.sort((a, b) -> b.microbatch() - a.microbatch());
          }
          return steps;
        },
        "wait for each other");
  }
}
