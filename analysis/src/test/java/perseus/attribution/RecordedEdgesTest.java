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
import perseus.attribution.result.RankEnergy;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/** Records starts and ends of instructions at wrong times. */
@Tag("slow")
class RecordedEdgesTest {
  private static final String LONGER = "% longer than recorded";
  private static final String SHORTER = "% shorter than recorded";

  @TempDir Path directory;

  private final SimulatedRun run = new SimulatedRun();
  private Recording recording;

  @BeforeEach
  void describe() {
    run.stages = 3;
    run.microbatches = 8;
    run.lowPassSeconds = 0.0125;
    run.forwardSeconds = 0.045;
    run.noise = 0.003;
    run.jitter = 0.01;
    run.lagSeconds = 0.008;
    run.frequencies = new int[] {1410, 1200};
    run.secondsPerFrequency = 20;
  }

  private List<String> attribute() throws IOException {
    run.write(directory);
    recording = Recording.open(List.of(directory), run.options());
    Attributed found = new Deconvolution().attribute(recording, Progress.NONE);
    for (RankEnergy rank : found.ranks()) {
      for (int f = 0; f < run.frequencies.length; f++) {
        for (boolean forward : new boolean[] {true, false}) {
          requireCovered(rank, forward, f);
        }
      }
    }
    return recording.warnings().list().stream().map(Warning::message).toList();
  }

  private void requireCovered(RankEnergy rank, boolean forward, int f) {
    InstructionEnergy energy =
        rank.windows().get(f).of(forward ? Instruction.FORWARD : Instruction.BACKWARD);
    int stage = rank.place().ppRank();
    double joules = energy.energyJoules() - run.joules(stage, forward, f);
    double seconds = energy.durations().mean() - run.seconds(stage, forward, f);
    assertThat(Math.abs(joules))
        .isLessThan(2 * energy.energyStderrJoules() + 0.01 * energy.energyJoules());
    assertThat(Math.abs(seconds))
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
