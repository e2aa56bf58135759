package perseus.attribution.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankPlace;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;
import perseus.recording.log.Window;

/**
 * Tests which frequencies count as throttled if their times do not fit the times at other
 * frequencies.
 */
class ThrottlingTest {

  /** Returns a rank whose forwards take {@code seconds} at 1410, 1395, 1380 MHz and so on. */
  private static RankEnergy rank(int rank, double... seconds) {
    List<WindowEnergy> windows = new ArrayList<>();
    for (int f = 0; f < seconds.length; f++) {
      InstructionEnergy forward =
          new InstructionEnergy(
              Instruction.FORWARD, new Window.Durations(100, seconds[f], 1e-5), 10, 0.1);
      windows.add(
          new WindowEnergy(
              1410 - 15 * f, List.of(forward), List.of(), 80, 1, 5, 1000, 0.95, 0.01, 1000));
    }
    return new RankEnergy(
        new RankPlace(rank, 0, rank, 0, null, null), 0.01, Map.of(), windows, null);
  }

  @Test
  void timesThatRiseSlowlyAsTheClockFallsAreNotThrottled() {
    assertThat(Throttling.of(rank(0, 0.100, 0.101, 0.102, 0.1031, 0.104, 0.1054))).isEmpty();
  }

  @Test
  void frequencyMuchSlowerThanItsNeighboursIsThrottled() {
    assertThat(Throttling.of(rank(0, 0.100, 0.101, 0.125, 0.1031, 0.104, 0.1054)))
        .containsOnlyKeys(1380);
  }

  @Test
  void highestFrequencySlowerThanItsNeighboursIsThrottled() {
    assertThat(Throttling.of(rank(0, 0.130, 0.101, 0.102, 0.1031, 0.104, 0.1054)))
        .containsOnlyKeys(1410);
  }

  @Test
  void threeFrequenciesAreTooFewToFindThrottling() {
    assertThat(Throttling.of(rank(0, 0.100, 0.150, 0.102))).isEmpty();
  }

  @Test
  void throttledRankCausesAWarningWithAdvice() {
    Warnings warnings = new Warnings();
    Throttling.report(
        List.of(rank(0, 0.100, 0.101, 0.102, 0.1031), rank(1, 0.100, 0.13, 0.102, 0.1031)),
        warnings);
    assertThat(warnings.list())
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.kind()).isEqualTo(Warning.Kind.DOUBTFUL);
              assertThat(warning.message())
                  .contains("Rank 1 at 1395 MHz", "slower", "--leave-out-throttled");
            });
  }
}
