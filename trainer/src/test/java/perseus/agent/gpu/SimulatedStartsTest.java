package perseus.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import perseus.agent.gpu.SimulatedStarts.Moment;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report;
import perseus.agent.wire.Report.Piece;
import perseus.pipeline.Instruction;

class SimulatedStartsTest {
  private final SimulatedStarts starts = new SimulatedStarts();
  private final Hello first = hello(0);
  private final Hello second = hello(1);

  private static Hello hello(int rank) {
    try {
      return Hello.of(
          Report.JSON.readTree("{\"v\":1,\"rank\":%d,\"world_size\":2,\"pp\":2}".formatted(rank)));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Piece forward(int microbatch) {
    return new Piece(Instruction.FORWARD, microbatch, 0);
  }

  private static Moment at(double seconds) {
    return new Moment(seconds, seconds);
  }

  @Test
  void delaysOfTheHostDoNotCountButTransfersDo() {
    double[] transfers = {0.001, 0.001, 0.020, 0.001, 0.013};
    for (int i = 0; i < transfers.length; i++) {
      double sent = 1 + i;
      starts.ended(first, forward(i), 1, at(sent));
      double start = starts.start(second, forward(i), 1, sent + transfers[i], at(0.5));
      assertThat(start).isCloseTo(sent + 0.001, within(1e-9));
    }
  }

  @Test
  void theInstructionBeforeOnTheRankCountsWhereItEndsLater() {
    starts.ended(first, forward(0), 1, at(1));
    assertThat(starts.start(second, forward(0), 1, 5.002, at(5))).isCloseTo(5.002, within(1e-9));
    starts.ended(first, forward(1), 1, at(5.5));
    assertThat(starts.start(second, forward(1), 1, 6.5, at(6))).isCloseTo(6.002, within(1e-9));
  }

  @Test
  void inputsOfOtherIterationsDoNotCount() {
    starts.ended(first, forward(0), 1, at(1));
    assertThat(starts.start(second, forward(0), 2, 0.9, at(0.5))).isEqualTo(0.9);
  }

  @Test
  void aHostThatIsBehindItsSimulatedGpuDoesNotDelayTheNextInstructionThere() {
    starts.ended(first, forward(0), 1, new Moment(1, 3));
    assertThat(starts.start(second, forward(0), 1, 3.001, new Moment(0.5, 2)))
        .isCloseTo(1.001, within(1e-9));
    assertThat(starts.iterationEnd(second, 7.002, new Moment(1.5, 7)))
        .isCloseTo(1.502, within(1e-9));
  }
}
