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

/**
 * Tests plausible and implausible powers of ranks with 100 forwards and 100 backwards of 0.1 s
 * each, and 5 s of waiting.
 */
class ImplausiblePowersTest {
  private final Warnings warnings = new Warnings();

  private static InstructionEnergy energy(Instruction instruction, double watts, double stderr) {
    return new InstructionEnergy(
        instruction, new Window.Durations(100, 0.1, 1e-4), 0.1 * watts, 0.1 * stderr);
  }

  private static RankEnergy rank(
      int number, double forward, double backward, double r2, InstructionEnergy... special) {
    WindowEnergy window =
        new WindowEnergy(
            1410,
            List.of(
                energy(Instruction.FORWARD, forward, 2), energy(Instruction.BACKWARD, backward, 2)),
            List.of(special),
            120,
            1,
            5,
            1000,
            r2,
            0.1,
            10 * forward + 10 * backward + 600);
    return new RankEnergy(
        new RankPlace(number, 0, number, 0, null, null), 0, Map.of(), List.of(window), null);
  }

  private double relativeError(List<RankEnergy> ranks, int rank) {
    InstructionEnergy forward =
        ImplausiblePowers.doubted(ranks, warnings)
            .get(rank)
            .windows()
            .get(0)
            .of(Instruction.FORWARD);
    return forward.energyStderrJoules() / forward.energyJoules();
  }

  @Test
  void plausiblePowersStay() {
    List<RankEnergy> ranks = List.of(rank(0, 300, 350, 0.95), rank(1, 130, 500, 0.9));
    assertThat(ImplausiblePowers.doubted(ranks, warnings)).isEqualTo(ranks);
    assertThat(warnings.sentences()).isEmpty();
  }

  @Test
  void aComputationWithLessPowerThanWaitingIsDoubted() {
    List<RankEnergy> ranks = List.of(rank(0, 300, 350, 0.95), rank(1, 60, 500, 0.9));
    // The mean power of rank 1 is 248 W, so the standard error is 248 W for 0.1 s. The energy is 6
    // J.
    assertThat(relativeError(ranks, 1)).isCloseTo(24.8 / 6, within(0.02));
    assertThat(warnings.sentences())
        .singleElement()
        .asString()
        .contains("forward of rank 1 would draw 60 W", "120 W while it waits");
    assertThat(relativeError(ranks, 0)).isBetween(0.05, 0.06);
  }

  @Test
  void aSpecialInstanceWithAlmostNoPowerIsDoubted() {
    InstructionEnergy first = energy(new Instruction("backward#0"), 10, 2);
    assertThat(relativeError(List.of(rank(0, 300, 350, 0.95, first)), 0)).isGreaterThan(1);
  }

  @Test
  void aStalledInstanceMayWait() {
    InstructionEnergy stalled = energy(new Instruction("backward#stalled"), 10, 2);
    List<RankEnergy> ranks = List.of(rank(0, 300, 350, 0.95, stalled));
    assertThat(ImplausiblePowers.doubted(ranks, warnings)).isEqualTo(ranks);
  }

  @Test
  void anUncertainPowerIsPlausible() {
    InstructionEnergy first = energy(new Instruction("backward#0"), 10, 50);
    List<RankEnergy> ranks = List.of(rank(0, 300, 350, 0.95, first));
    assertThat(ImplausiblePowers.doubted(ranks, warnings)).isEqualTo(ranks);
  }

  @Test
  void otherRanksAreDoubtedALittleIfReadingsOfOneAreNotExplained() {
    List<RankEnergy> ranks = List.of(rank(0, 300, 350, 0.95), rank(1, 250, 300, 0.2));
    assertThat(relativeError(ranks, 0)).isBetween(0.05, 0.06);
    assertThat(relativeError(ranks, 1)).isLessThan(0.01);
    assertThat(warnings.sentences()).isEmpty();
  }
}
