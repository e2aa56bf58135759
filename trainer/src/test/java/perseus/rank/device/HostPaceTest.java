package perseus.rank.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import perseus.pipeline.Instruction;

class HostPaceTest {
  @Test
  void estimateUsesTheLastWarmup() {
    HostPace pace = new HostPace();
    pace.beginRound(true);
    for (int i = 0; i < 8; i++) {
      pace.undisturbedSeconds(Instruction.FORWARD, 10, 20);
    }
    pace.beginRound(true);
    for (int i = 0; i < 8; i++) {
      pace.undisturbedSeconds(Instruction.FORWARD, i < 4 ? 1 : 1.5, 3);
    }
    pace.beginRound(false);
    assertThat(pace.undisturbedSeconds(Instruction.FORWARD, 7, 7)).isEqualTo(1);
    assertThat(pace.slowdown()).isCloseTo(3, within(1e-9));
  }

  @Test
  void withoutWarmupTheFirstSamplesAreUsed() {
    HostPace pace = new HostPace();
    pace.beginRound(false);
    assertThat(pace.undisturbedSeconds(Instruction.BACKWARD, 2, 2)).isEqualTo(2);
    for (int i = 0; i < 100; i++) {
      pace.undisturbedSeconds(Instruction.BACKWARD, 1, 1);
    }
    assertThat(pace.undisturbedSeconds(Instruction.BACKWARD, 5, 5)).isEqualTo(1);
  }
}
