package perseus.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import perseus.engine.StageProgram.Action;
import perseus.engine.StageProgram.Kind;
import perseus.pipeline.TrainSchedule;

class StageProgramTest {
  private static StageProgram program(int stage) {
    return StageProgram.of(TrainSchedule.ONE_F_ONE_B, stage, 4, 128);
  }

  @Test
  void numberOfInstructionsIsThatOfTheMeasuredRuns() {
    // The published dumps of GPT-3 XL have so many power states per rank.
    int[] measured = {518, 520, 518, 516};
    for (int stage = 0; stage < 4; stage++) {
      assertThat(program(stage).pipeSchedule()).hasSize(measured[stage]);
    }
  }

  @Test
  void lastStageAlternatesFromTheStart() {
    assertThat(program(3).actions().stream().map(Action::kind).limit(8))
        .containsExactly(
            Kind.RECV_ACTIVATION,
            Kind.LOAD,
            Kind.FORWARD,
            Kind.BACKWARD,
            Kind.SEND_GRAD_RECV_ACTIVATION,
            Kind.LOAD,
            Kind.FORWARD,
            Kind.BACKWARD);
  }

  @Test
  void earlyRecomputationDoesNotWaitForTheGradient() {
    var kinds =
        StageProgram.of(TrainSchedule.EARLY_RECOMPUTE_1F1B, 2, 4, 128).actions().stream()
            .map(Action::kind)
            .toList();
    assertThat(kinds)
        .containsSubsequence(
            Kind.FORWARD,
            Kind.SEND_ACTIVATION,
            Kind.RECOMPUTATION,
            Kind.RECV_GRAD,
            Kind.PURE_BACKWARD);
    assertThat(kinds).doesNotContain(Kind.BACKWARD);
  }
}
