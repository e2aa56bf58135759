package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/** Compares the waiting powers of ranks with 100 forwards of 0.1 s at two frequencies each. */
class WaitingPowersTest {
  private final Warnings warnings = new Warnings();

  private static WindowEnergy window(int mhz, double waitingWatts, double stderrWatts) {
    InstructionEnergy forward =
        new InstructionEnergy(Instruction.FORWARD, new Window.Durations(100, 0.1, 1e-4), 40, 0.1);
    return new WindowEnergy(
        mhz,
        List.of(forward),
        List.of(),
        waitingWatts,
        stderrWatts,
        5,
        1000,
        0.95,
        0.1,
        4000 + 5 * waitingWatts);
  }

  private static RankEnergy rank(int number, double firstWatts, double lastWatts, double stderr) {
    return new RankEnergy(
        new RankPlace(number, 0, number, 0, null, null),
        0,
        Map.of(),
        List.of(window(1410, firstWatts, stderr), window(1200, lastWatts, stderr)),
        null);
  }

  private static double stderr(RankEnergy rank, int window) {
    return rank.windows().get(window).of(Instruction.FORWARD).energyStderrJoules();
  }

  @Test
  void equalAndUncertainWaitingPowersStay() {
    List<RankEnergy> ranks =
        List.of(rank(0, 84, 80, 1), rank(1, 110, 105, 1), rank(2, 160, 60, 20));
    assertThat(WaitingPowers.doubted(ranks, ranks, warnings)).isEqualTo(ranks);
    assertThat(warnings.sentences()).isEmpty();
  }

  @Test
  void aLowWaitingPowerIsNotDoubted() {
    List<RankEnergy> ranks = List.of(rank(0, 84, 80, 1), rank(1, 40, 38, 1), rank(2, 84, 81, 1));
    assertThat(WaitingPowers.doubted(ranks, ranks, warnings)).isEqualTo(ranks);
  }

  @Test
  void furtherPowerAtOneFrequencyWidensItsErrors() {
    List<RankEnergy> ranks = List.of(rank(0, 84, 80, 1), rank(1, 84, 140, 1), rank(2, 84, 80, 1));
    List<RankEnergy> doubted = WaitingPowers.doubted(ranks, ranks, warnings);
    // An additional power of 60 W for 0.1 s is 6 J. The standard error is half of it.
    assertThat(stderr(doubted.get(1), 1)).isCloseTo(3, within(0.01));
    assertThat(stderr(doubted.get(1), 0)).isCloseTo(0.1, within(1e-9));
    assertThat(doubted.get(1).windows().get(1).blockingStderrWatts()).isCloseTo(30, within(0.1));
    assertThat(doubted.get(0)).isEqualTo(ranks.get(0));
    assertThat(warnings.sentences())
        .singleElement()
        .asString()
        .contains("Rank 1 at 1200 MHz draws 140 W while it waits", "other ranks draw 80 W");
  }
}
