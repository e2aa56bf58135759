package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
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

/** Rounds the times of a simulated recording down to a time quantum. */
@Tag("slow")
class CoarseTimesTest {
  @TempDir Path directory;

  private final SimulatedRun run = SimulatedRun.ofThreeStages();

  @BeforeEach
  void describe() {
    run.forwardSeconds = 0.045;
    run.jitter = 0.02;
    run.lagSeconds = 0.008;
    run.samplePeriodSeconds = 0.0203;
    run.secondsPerFrequency = 30;
  }

  private List<String> attribute(double tolerance) throws IOException {
    run.write(directory);
    Recording recording = Recording.open(List.of(directory), run.options());
    Attributed found = new Deconvolution().attribute(recording, Progress.NONE);
    for (EnergyError error : EnergyError.of(run, found.ranks())) {
      assertThat(Math.abs(error.joules()))
          .as(error.what())
          .isLessThan(tolerance * error.trueJoules())
          .isLessThan(2 * error.energy().energyStderrJoules() + 0.01 * error.trueJoules());
    }
    List<String> warnings = recording.warnings().list().stream().map(Warning::message).toList();
    assertThat(warnings)
        .noneMatch(message -> message.contains("than recorded") || message.contains("clock"));
    return warnings;
  }

  private void requireWarnings(List<String> warnings, String file, double quantum) {
    String milliseconds = Math.round(1e6 * quantum) % 1000 == 0 ? "%.0f" : "%.3f";
    String amount = "multiples of " + milliseconds.formatted(1e3 * quantum) + " ms";
    IntStream.range(0, run.stages)
        .forEach(
            rank ->
                assertThat(warnings)
                    .anyMatch(
                        message ->
                            message.contains(file + "-" + rank + ".csv")
                                && message.contains(amount)));
  }

  @ParameterizedTest
  @CsvSource({
    "0.001, true, 0.02",
    "0.01, true, 0.03",
    "0.015625, true, 0.04",
    "0.02, true, 0.05",
    "0.01, false, 0.05"
  })
  void coarseTimesOfInstructionsAreNamedAndCovered(
      double quantum, boolean samples, double tolerance) throws IOException {
    run.instructionQuantum = quantum;
    run.samples = samples;
    requireWarnings(attribute(tolerance), "instructions", quantum);
  }

  @ParameterizedTest
  @CsvSource({"0.001, 0.02", "0.01, 0.03", "0.016, 0.03", "0.05, 0.04", "0.1, 0.05"})
  void coarseTimesOfSamplesAreNamedAndCovered(double quantum, double tolerance) throws IOException {
    run.sampleQuantum = quantum;
    run.samples = true;
    requireWarnings(attribute(tolerance), "power-samples", quantum);
  }

  @ParameterizedTest
  @CsvSource({"0.001, 0.02", "0.01, 0.03", "0.016, 0.03"})
  void coarseTimesOfTheCounterAreNamedAndCovered(double quantum, double tolerance)
      throws IOException {
    run.counterQuantum = quantum;
    run.pollSeconds = 0.01;
    requireWarnings(attribute(tolerance), "time-energy", quantum);
  }

  @Test
  void allTimesMayBeCoarse() throws IOException {
    run.instructionQuantum = 0.01;
    run.counterQuantum = 0.01;
    run.sampleQuantum = 0.01;
    run.samples = true;
    List<String> warnings = attribute(0.05);
    requireWarnings(warnings, "instructions", 0.01);
    requireWarnings(warnings, "power-samples", 0.01);
  }

  @Test
  void preciseTimesCauseNoWarning() throws IOException {
    run.samples = true;
    run.lateSampleEvery = 4;
    assertThat(attribute(0.02)).noneMatch(message -> message.contains("multiples of"));
  }
}
