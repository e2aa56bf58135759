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
import perseus.attribution.result.InstructionEnergy;
import perseus.io.Progress;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/** Records starts and ends of instructions at wrong times. */
@Tag("slow")
class RecordedEdgesTest {
  private static final String LONGER = "% longer than recorded";
  private static final String SHORTER = "% shorter than recorded";

  @TempDir Path directory;

  private final SimulatedRun run = SimulatedRun.ofThreeStages();
  private Recording recording;

  @BeforeEach
  void describe() {
    run.forwardSeconds = 0.045;
    run.lagSeconds = 0.008;
    run.frequencies = new int[] {1410, 1200};
    run.secondsPerFrequency = 20;
  }

  private List<String> attribute() throws IOException {
    run.write(directory);
    recording = Recording.open(List.of(directory), run.options());
    Attributed found = new Deconvolution().attribute(recording, Progress.NONE);
    EnergyError.of(run, found.ranks()).forEach(RecordedEdgesTest::requireCovered);
    return recording.warnings().list().stream().map(Warning::message).toList();
  }

  private static void requireCovered(EnergyError error) {
    InstructionEnergy energy = error.energy();
    assertThat(Math.abs(error.joules()))
        .isLessThan(2 * energy.energyStderrJoules() + 0.01 * energy.energyJoules());
    assertThat(Math.abs(error.seconds()))
        .isLessThan(2 * energy.durations().stderr() + 0.01 * energy.durations().mean());
  }

  @ParameterizedTest
  @CsvSource({"0.95, false", "0.95, true", "0.85, true", "0.7, false"})
  void endsThatAreRecordedTooEarlyWidenTheErrors(double share, boolean samples) throws IOException {
    run.recordedShare = share;
    run.samples = samples;
    assertThat(attribute()).anyMatch(message -> message.contains(LONGER));
  }

  @ParameterizedTest
  @CsvSource({"0.005, false", "0.008, true"})
  void startsThatAreRecordedTooEarlyWidenTheErrors(double seconds, boolean samples)
      throws IOException {
    run.startsEarlySeconds = seconds;
    run.samples = samples;
    assertThat(attribute()).anyMatch(message -> message.contains(SHORTER));
  }

  @ParameterizedTest
  @CsvSource({"true, 0.3, 1", "false, 0.3, 2", "false, 0, 3"})
  void rightTimesCauseNoWarning(boolean samples, double tilt, long seed) throws IOException {
    run.samples = samples;
    run.tilt = tilt;
    run.seed = seed;
    run.jitter = 0.05;
    assertThat(attribute())
        .noneMatch(message -> message.contains(LONGER) || message.contains(SHORTER));
  }

  @Test
  void computationsThatVaryWidelyCauseNoWarning() throws IOException {
    run.jitter = 0.2;
    assertThat(attribute())
        .noneMatch(message -> message.contains(LONGER) || message.contains(SHORTER));
  }
}
