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

/** Compares ranks whose forwards take 10 s in total, with different waiting times and powers. */
class RaisedWaitingTest {
  private final Warnings warnings = new Warnings();

  private static RankEnergy rank(int number, double waitSeconds, double waitWatts, double stderr) {
    InstructionEnergy forward =
        new InstructionEnergy(Instruction.FORWARD, new Window.Durations(100, 0.1, 1e-4), 60, 0.1);
    WindowEnergy window =
        new WindowEnergy(
            1410,
            List.of(forward),
            List.of(),
            waitWatts,
            stderr,
            waitSeconds,
            1000,
            0.95,
            0.1,
            6000 + waitSeconds * waitWatts);
    return new RankEnergy(
        new RankPlace(number, 0, number, 0, null, null), 0, Map.of(), List.of(window), null);
  }

  @Test
  void aRankThatSeemsToWaitAtThePowerOfComputationsIsDoubted() {
    List<RankEnergy> ranks = List.of(rank(0, 4, 130, 2), rank(1, 0.3, 430, 15));
    List<RankEnergy> doubted = RaisedWaiting.doubted(ranks, warnings);
    assertThat(doubted.get(0)).isEqualTo(ranks.get(0));
    InstructionEnergy forward = doubted.get(1).windows().get(0).of(Instruction.FORWARD);
    // Rank 1 may compute during all of its 0.3 s of waits, 3 % of 10 s.
    assertThat(forward.energyJoules()).isEqualTo(60);
    assertThat(forward.energyStderrJoules()).isCloseTo(1.8, within(0.01));
    assertThat(forward.durations().stderr()).isCloseTo(0.003, within(1e-5));
    assertThat(warnings.sentences())
        .singleElement()
        .asString()
        .contains("Rank 1 would draw 430 W while it waits", "130 W", "3 % longer");
  }

  @Test
  void waitingPowersOfDifferentGpuModelsStay() {
    List<RankEnergy> ranks = List.of(rank(0, 4, 84, 1), rank(1, 4, 130, 1));
    assertThat(RaisedWaiting.doubted(ranks, warnings)).isEqualTo(ranks);
    assertThat(warnings.sentences()).isEmpty();
  }

  @Test
  void anUncertainWaitingPowerStays() {
    List<RankEnergy> ranks = List.of(rank(0, 4, 130, 2), rank(1, 0.1, 430, 120));
    assertThat(RaisedWaiting.doubted(ranks, warnings)).isEqualTo(ranks);
    assertThat(warnings.sentences()).isEmpty();
  }

  @Test
  void ranksWithoutAnyCertainWaitingPowerStay() {
    List<RankEnergy> ranks = List.of(rank(0, 0, 0, Double.NaN), rank(1, 0.1, 430, 120));
    assertThat(RaisedWaiting.doubted(ranks, warnings)).isEqualTo(ranks);
  }
}
