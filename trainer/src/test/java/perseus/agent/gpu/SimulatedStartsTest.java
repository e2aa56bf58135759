package perseus.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
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

  @Test
  void delaysOfTheHostDoNotCountButTransfersDo() {
    double[] transfers = {0.001, 0.001, 0.020, 0.001, 0.013};
    for (int i = 0; i < transfers.length; i++) {
      double sent = 1 + i;
      starts.ended(first, forward(i), 1, sent);
      double start = starts.start(second, forward(i), 1, sent + transfers[i], 0.5);
      assertThat(start).isCloseTo(sent + 0.001, within(1e-9));
    }
  }

  @Test
  void theInstructionBeforeOnTheRankCountsWhereItEndsLater() {
    starts.ended(first, forward(0), 1, 1);
    assertThat(starts.start(second, forward(0), 1, 5.002, 5)).isCloseTo(5.002, within(1e-9));
    starts.ended(first, forward(1), 1, 5.5);
    assertThat(starts.start(second, forward(1), 1, 6.5, 6)).isCloseTo(6.002, within(1e-9));
  }

  @Test
  void inputsOfOtherIterationsDoNotCount() {
    starts.ended(first, forward(0), 1, 1);
    assertThat(starts.start(second, forward(0), 2, 0.9, 0.5)).isEqualTo(0.9);
  }
}
