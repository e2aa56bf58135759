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
import org.junit.jupiter.params.provider.ValueSource;
import perseus.attribution.result.Attributed;
import perseus.io.Progress;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/**
 * Compares found energies with true energies, if the clock of the energy counter drifts and no
 * power samples were recorded.
 */
@Tag("slow")
class DriftTruthTest {
  private static final double BEGIN = 1.7e9;

  @TempDir Path directory;

  private final SimulatedRun run = new SimulatedRun();
  private Recording recording;

  @BeforeEach
  void simulate() {
    run.stages = 3;
    run.microbatches = 8;
    run.forwardSeconds = 0.045;
    run.lowPassSeconds = 0.0125;
    run.noise = 0.003;
    run.secondsPerFrequency = 40;
    run.frequencies = new int[] {1410, 1200};
  }

  private void assertEnergies(double... drifts) throws IOException {
    run.write(directory);
    for (int rank = 0; rank < drifts.length; rank++) {
      double rate = drifts[rank];
      SensorLogs.rewrite(
          directory, SensorLogs.COUNTER, rank, time -> time + rate * (time - BEGIN), 1);
    }
    recording = Recording.open(List.of(directory), run.options());
    Attributed found = new Deconvolution().attribute(recording, Progress.NONE);
    for (EnergyError error : EnergyError.of(run, found.ranks())) {
      assertThat(Math.abs(error.joules()))
          .as(error.what())
          .isLessThan(0.02 * error.trueJoules())
          .isLessThan(3 * error.energy().energyStderrJoules());
    }
  }

  private List<Integer> driftingRanks() {
    return recording.warnings().list().stream()
        .filter(warning -> warning.topic().equals("lag drifts"))
        .map(Warning::rank)
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @ValueSource(doubles = {50e-6, -200e-6, 1000e-6, -1500e-6})
  void clocksOfAllRanksDriftTogether(double rate) throws IOException {
    assertEnergies(rate, rate, rate);
    assertThat(driftingRanks()).containsExactly(0, 1, 2);
  }

  @Test
  void clocksDriftAtDifferentRates() throws IOException {
    assertEnergies(400e-6, -200e-6, 100e-6);
    assertThat(driftingRanks()).containsExactly(0, 1, 2);
  }

  @Test
  void onlyOneClockDrifts() throws IOException {
    assertEnergies(0, 0, 300e-6);
    assertThat(driftingRanks()).containsExactly(2);
  }

  @Test
  void steadyClocksGiveNoNote() throws IOException {
    assertEnergies(0, 0, 0);
    assertThat(recording.warnings().list()).isEmpty();
  }
}
