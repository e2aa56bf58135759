package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.result.Attributed;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/**
 * Exchanges or damages the logs of power, and tests that the recording is refused or that the
 * standard errors cover the errors.
 */
@Tag("slow")
class MixedUpPowerTest {
  @TempDir Path directory;

  private final SimulatedRun run = SimulatedRun.ofThreeStages();
  private Recording recording;

  @BeforeEach
  void describe() {
    run.forwardSeconds = 0.045;
    run.frequencies = new int[] {1410, 1200};
    run.secondsPerFrequency = 20;
  }

  private Attributed attribute() {
    recording = Recording.open(List.of(directory), run.options());
    return new Deconvolution().attribute(recording, Progress.NONE);
  }

  /** Returns the error of each energy, divided by its standard error. */
  private List<Double> errors(Attributed found) {
    return EnergyError.of(run, found.ranks()).stream().map(EnergyError::stderrs).toList();
  }

  private void exchange(String log, int one, int other) throws IOException {
    Path first = directory.resolve(log + one + ".csv");
    Path second = directory.resolve(log + other + ".csv");
    Path aside = directory.resolve("aside");
    Files.move(first, aside);
    Files.move(second, first);
    Files.move(aside, second);
  }

  @ParameterizedTest
  @CsvSource({"2, 0, 1, false", "2, 0, 1, true", "3, 0, 2, false", "3, 1, 2, true"})
  void exchangedPowerIsRefused(int stages, int one, int other, boolean samples) throws IOException {
    run.stages = stages;
    run.samples = samples;
    run.write(directory);
    exchange(SensorLogs.COUNTER, one, other);
    if (samples) {
      exchange(SensorLogs.SAMPLES, one, other);
    }
    assertThatThrownBy(this::attribute)
        .isInstanceOf(UserError.class)
        .hasMessageContaining("The power of ranks %d and %d was exchanged".formatted(one, other));
  }

  @Test
  void samplesThatContradictTheCounterWidenTheErrors() throws IOException {
    run.samples = true;
    run.write(directory);
    for (int rank = 0; rank < run.stages; rank++) {
      SensorLogs.rewrite(directory, SensorLogs.SAMPLES, rank, time -> time, 1.1);
    }
    assertThat(errors(attribute())).allSatisfy(error -> assertThat(Math.abs(error)).isLessThan(2));
    assertThat(recording.warnings().list())
        .extracting(Warning::message)
        .anyMatch(
            message -> message.contains("do not add up to the increase of the energy counter"));
  }

  @Test
  void clockThatWasSetWidensTheErrorsOfAllRanks() throws IOException {
    run.write(directory);
    for (int rank = 0; rank < run.stages; rank++) {
      double first = SensorLogs.firstTime(directory, SensorLogs.COUNTER, rank);
      SensorLogs.rewrite(
          directory, SensorLogs.COUNTER, rank, time -> time - first > 20 ? time + 0.03 : time, 1);
    }
    assertThat(errors(attribute())).allSatisfy(error -> assertThat(Math.abs(error)).isLessThan(2));
    assertThat(recording.warnings().list()).isNotEmpty();
  }

  /** The largest cause of errors of short instructions is the late recording of counter updates. */
  @Test
  void errorsOfShortInstructionsAreHonest() throws IOException {
    run.forwardSeconds = 0.008;
    run.pollSeconds = 0.0045;
    run.secondsPerFrequency = 12;
    List<Double> all = new ArrayList<>();
    for (int seed = 1; seed <= 6; seed++) {
      run.seed = seed;
      run.write(directory);
      all.addAll(errors(attribute()));
    }
    assertThat(all).allSatisfy(error -> assertThat(Math.abs(error)).isLessThan(4));
    assertThat(all.stream().filter(error -> Math.abs(error) < 2).count())
        .isGreaterThanOrEqualTo((long) (0.93 * all.size()));
  }
}
