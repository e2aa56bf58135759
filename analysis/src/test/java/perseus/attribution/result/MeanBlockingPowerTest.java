package perseus.attribution.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import perseus.recording.log.RankPlace;

/** Tests that mean blocking powers are weighted by blocking time. */
class MeanBlockingPowerTest {
  private static WindowEnergy window(double watts, double stderr, double seconds) {
    return new WindowEnergy(
        1410, List.of(), List.of(), watts, stderr, seconds, 100, 0.9, 0.01, 1000);
  }

  private static RankEnergy rank(WindowEnergy... windows) {
    return new RankEnergy(
        new RankPlace(0, 0, 0, 0, null, null), 0.01, Map.of(), List.of(windows), null);
  }

  @Test
  void meanOverWindowsIsWeightedByTime() {
    MeanBlockingPower mean =
        MeanBlockingPower.overWindows(List.of(window(80, 1, 3), window(100, 2, 1)));
    assertThat(mean.seconds()).isEqualTo(4);
    assertThat(mean.watts()).isEqualTo(85);
    assertThat(mean.stderrWatts()).isCloseTo(Math.sqrt(3 * 3 + 2 * 2) / 4, within(1e-12));
    assertThat(mean.relativeStderr()).isCloseTo(mean.stderrWatts() / 85, within(1e-12));
  }

  @Test
  void meanOverRanksIsThatOverAllOfTheirWindows() {
    List<RankEnergy> ranks =
        List.of(
            rank(window(80, 1, 3), window(100, 2, 1)),
            rank(window(50, 5, 0)),
            rank(window(70, 3, 10)));
    MeanBlockingPower overRanks = MeanBlockingPower.overRanks(ranks);
    MeanBlockingPower overWindows =
        MeanBlockingPower.overWindows(
            Stream.of(ranks.get(0), ranks.get(2)).flatMap(r -> r.windows().stream()).toList());
    assertThat(overRanks.watts()).isCloseTo(overWindows.watts(), within(1e-12));
    assertThat(overRanks.stderrWatts()).isCloseTo(overWindows.stderrWatts(), within(1e-12));
    assertThat(ranks.get(0).blockingWatts()).isEqualTo(85);
  }

  @Test
  void ranksWithAnUncertainPowerCountOnlyIfThereAreNoOthers() {
    RankEnergy certain = rank(window(130, 3, 20));
    RankEnergy hardlyWaits = rank(window(640, 640, 2));
    MeanBlockingPower mean = MeanBlockingPower.overCertainRanks(List.of(certain, hardlyWaits));
    assertThat(mean.watts()).isEqualTo(130);
    assertThat(mean.isCertain()).isTrue();
    MeanBlockingPower alone = MeanBlockingPower.overCertainRanks(List.of(hardlyWaits));
    assertThat(alone.watts()).isEqualTo(640);
    assertThat(alone.isCertain()).isFalse();
    assertThat(rank(window(80, Double.NaN, 1)).blockingPower().isCertain()).isTrue();
    assertThat(rank(window(80, 1, 0)).blockingPower().isCertain()).isFalse();
  }

  @Test
  void meanOfRanksThatWereNeverBlockedIsUnknown() {
    MeanBlockingPower mean = MeanBlockingPower.overRanks(List.of(rank(window(80, 1, 0))));
    assertThat(mean.seconds()).isZero();
    assertThat(mean.watts()).isNaN();
  }
}
