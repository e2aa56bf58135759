package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.result.Attributed;
import perseus.io.Progress;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/** Adds a constant to the times of all power readings, or of the later power readings. */
@Tag("slow")
class DifferentHostClocksTest {
  @TempDir Path directory;

  private final SimulatedRun run = SimulatedRun.ofThreeStages();
  private Recording recording;

  @BeforeEach
  void describe() {
    run.frequencies = new int[] {1410, 1200};
    run.secondsPerFrequency = 20;
  }

  private void move(int rank, double seconds) throws IOException {
    for (String log : logs()) {
      SensorLogs.rewrite(directory, log, rank, time -> time + seconds, 1);
    }
  }

  private Attributed attribute() {
    recording = Recording.open(List.of(directory), run.options());
    return new Deconvolution().attribute(recording, Progress.NONE);
  }

  private void assertRight(Attributed found) {
    assertThat(EnergyError.of(run, found.ranks()))
        .allSatisfy(
            error ->
                assertThat(Math.abs(error.joules()))
                    .as(error.what())
                    .isLessThan(0.02 * error.trueJoules()));
  }

  private List<String> notes() {
    return recording.warnings().list().stream()
        .map(Warning::message)
        .filter(message -> message.contains("than its instructions ran"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"-0.06, false", "-0.8, true", "0.3, false", "0.3, true", "1.5, false", "3, true"})
  void powerOfAllRanksIsMoved(double seconds, boolean samples) throws IOException {
    run.samples = samples;
    run.write(directory);
    for (int rank = 0; rank < run.stages; rank++) {
      move(rank, seconds);
    }
    assertRight(attribute());
    assertThat(notes()).hasSize(run.stages);
    assertThat(notes()).allMatch(note -> note.contains(seconds < 0 ? "earlier" : "later"));
  }

  @ParameterizedTest
  @CsvSource({"0.9, false", "-0.5, true"})
  void powerOfOneRankIsMoved(double seconds, boolean samples) throws IOException {
    run.samples = samples;
    run.write(directory);
    move(1, seconds);
    assertRight(attribute());
    assertThat(notes()).singleElement().asString().contains("rank 1");
  }

  @Test
  void eachRankHasItsOwnClock() throws IOException {
    run.samples = true;
    run.write(directory);
    move(0, 0.5);
    move(1, -0.7);
    move(2, 2.1);
    assertRight(attribute());
    assertThat(notes()).hasSize(3);
  }

  @Test
  void usualLagIsNotTakenForAnotherClock() throws IOException {
    run.write(directory);
    for (int rank = 0; rank < run.stages; rank++) {
      move(rank, 0.1);
    }
    assertRight(attribute());
    assertThat(notes()).isEmpty();
  }

  /**
   * Adds {@code seconds} to the times of readings more than {@code after} seconds after the first.
   */
  private void set(int rank, double after, double seconds) throws IOException {
    double first = SensorLogs.firstTime(directory, SensorLogs.COUNTER, rank);
    for (String log : logs()) {
      SensorLogs.rewrite(
          directory, log, rank, time -> time - first > after ? time + seconds : time, 1);
    }
  }

  private List<String> logs() {
    return run.samples
        ? List.of(SensorLogs.COUNTER, SensorLogs.SAMPLES)
        : List.of(SensorLogs.COUNTER);
  }

  @ParameterizedTest
  @CsvSource({"0.06, false", "0.2, false", "0.2, true", "-0.08, false", "1, true"})
  void clockOfThePowerIsSet(double seconds, boolean samples) throws IOException {
    run.samples = samples;
    run.write(directory);
    set(1, 15, seconds);
    assertRight(attribute());
    assertThat(recording.warnings().list())
        .extracting(Warning::message)
        .filteredOn(message -> message.contains("a host clock was probably set"))
        .singleElement()
        .asString()
        .contains("rank 1", seconds > 0 ? "later" : "earlier");
  }
}
