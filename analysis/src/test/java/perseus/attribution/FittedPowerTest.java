package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.recording.Recording;

/** Compares the measured with the fitted power of a simulated recording. */
class FittedPowerTest {
  @TempDir Path directory;
  private Recording recording;

  @BeforeEach
  void record() throws IOException {
    SimulatedRun run = new SimulatedRun();
    run.secondsPerFrequency = 30;
    run.frequencies = new int[] {1410, 1200};
    run.write(directory);
    recording = Recording.open(List.of(directory), run.options());
  }

  @Test
  void fittedPowerFollowsTheCounter() {
    FittedPower fit = FittedPower.of(recording, 2, Progress.NONE);
    double from = fit.rank().firstStart() + 1;
    List<FittedPower.Reading> updates = fit.updates(from, from + 5);
    assertThat(updates).hasSizeBetween(45, 50);
    for (FittedPower.Reading update : updates) {
      assertThat(update.start()).isBetween(from, update.end());
      assertThat(update.fittedWatts()).isCloseTo(update.measuredWatts(), within(30.0));
    }
  }

  @Test
  void fittedPowerIsThatOfTheSensorThatWasUsed() throws IOException {
    Path damagedDirectory = Files.createDirectory(directory.resolve("damaged"));
    SimulatedRun run = SimulatedRun.ofThreeStages();
    run.samples = true;
    run.secondsPerFrequency = 60;
    run.write(damagedDirectory);
    Random random = new Random(3);
    SensorLogs.rewrite(
        damagedDirectory, SensorLogs.SAMPLES, 1, time -> time + 0.06 * random.nextDouble(), 1);
    recording = Recording.open(List.of(damagedDirectory), run.options());

    FittedPower damaged = FittedPower.of(recording, 1, Progress.NONE);
    assertThat(damaged.areSamplesLeftOut()).isTrue();
    assertThat(damaged.isCounterLeftOut()).isFalse();
    assertThat(damaged.sensor().samples()).isNull();
    double from = damaged.rank().firstStart() + 1;
    assertThat(damaged.samples(from, from + 5)).isEmpty();
    assertThat(damaged.updates(from, from + 5))
        .hasSizeBetween(45, 50)
        .allSatisfy(
            update ->
                assertThat(update.fittedWatts()).isCloseTo(update.measuredWatts(), within(30.0)));

    FittedPower right = FittedPower.of(recording, 2, Progress.NONE);
    assertThat(right.areSamplesLeftOut()).isFalse();
    assertThat(right.samples(from, from + 5)).isNotEmpty();
  }

  @Test
  void thereAreNoUpdatesWhereNothingRan() {
    FittedPower fit = FittedPower.of(recording, 0, Progress.NONE);
    assertThat(fit.updates(0, 1e9)).isEmpty();
  }

  @Test
  void unknownRankIsRefused() {
    assertThatThrownBy(() -> FittedPower.of(recording, 4, Progress.NONE))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("rank 4", "0 to 3");
  }
}
