package perseus.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import perseus.engine.StageProgram.Kind;
import perseus.engine.StageProgram.Step;

class StageProgramTest {
  private static StageProgram program(int stage) {
    return StageProgram.of(ComputationOrder.ONE_FORWARD_ONE_BACKWARD, stage, 4, 128);
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
    assertThat(program(3).steps().stream().map(Step::kind).limit(8))
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
  void everyMicrobatchRunsForwardThenBackward() {
    for (int stage = 0; stage < 4; stage++) {
      var order = ComputationOrder.ONE_FORWARD_ONE_BACKWARD.of(stage, 4, 2);
      assertThat(order).hasSize(4).doesNotHaveDuplicates();
      for (int microbatch = 0; microbatch < 2; microbatch++) {
        assertThat(order.indexOf(new ComputationOrder.Computation(true, microbatch)))
            .isLessThan(order.indexOf(new ComputationOrder.Computation(false, microbatch)));
      }
    }
  }
}
