package perseus.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import perseus.recording.Instruction;

class RoundBreakdownTest {
  @Test
  void energiesThatAreNotMeasuredHaveTheShapeThatPublishedClientsGiveThem() {
    RoundBreakdown breakdown = new RoundBreakdown(3, 2);
    breakdown.nextIteration();
    breakdown.executed(Instruction.FORWARD, 1, 1.5);

    assertThat(breakdown.seconds().get("forward")).hasDimensions(3, 2);
    assertThat(breakdown.seconds().get("forward")[0]).containsExactly(0.5, 0);
    // The published profiler refuses another number of iterations for energies than for times.
    assertThat(breakdown.joules().get("forward")).hasDimensions(3, 0);
    assertThat(breakdown.joules().get("backward")).hasDimensions(3, 0);
    assertThat(breakdown.joules().get("load")).isEmpty();
  }
}
