package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.Heat;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.attribution.sensor.SampleStamps;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.Warning;

/**
 * Compares found energies with true energies. The simulated sensors smooth the power, and some
 * instances of instructions draw an unusual power.
 */
@Tag("slow")
class SensorTruthTest {
  @TempDir Path directory;

  private final SimulatedRun run = new SimulatedRun();
  private Recording recording;

  private Attributed attribute() throws IOException {
    run.write(directory);
    recording = Recording.open(List.of(directory), run.options());
    return new Deconvolution().attribute(recording, Progress.NONE);
  }

  /** Returns the largest relative error of an energy over all stages and frequencies. */
  private double worstError(Attributed found) {
    return EnergyError.of(run, found.ranks()).stream()
        .mapToDouble(error -> Math.abs(error.energy().energyJoules() / error.trueJoules() - 1))
        .max()
        .orElse(0);
  }

  @ParameterizedTest
  @CsvSource({"0.0125, 0.1", "0.05, 0.1", "0.1, 0.1", "0.03, 0.02"})
  void lowPassOfTheCounterIsFound(double lowPass, double period) throws IOException {
    run.lowPassSeconds = lowPass;
    run.periodSeconds = period;
    run.forwardSeconds = 0.04;
    Attributed found = attribute();
    assertThat(found.sensor().counter().lowPassSeconds()).isCloseTo(lowPass, within(0.1 * lowPass));
    assertThat(worstError(found)).isLessThan(0.02);
  }

  @ParameterizedTest
  @CsvSource({"0.045", "0.06", "0.1", "0.13"})
  void slowLowPassOfCounterAndSamplesIsFound(double lowPass) throws IOException {
    run.lowPassSeconds = lowPass;
    run.samples = true;
    run.forwardSeconds = 0.05;
    run.secondsPerFrequency = 20;
    Attributed found = attribute();
    assertThat(found.sensor().samples().lowPassSeconds())
        .isCloseTo(lowPass, within(0.01 * lowPass));
    assertThat(worstError(found)).isLessThan(0.01);
  }

  /** Each update spans one to three periods, and the counter averages a part of each period. */
  @ParameterizedTest
  @CsvSource({"1", "0.25"})
  void updatesOfSeveralPeriodsGiveEnergies(double share) throws IOException {
    run.share = share;
    run.forwardSeconds = 0.05;
    run.secondsPerFrequency = 60;
    run.write(directory);
    Random random = new Random(5);
    for (int rank = 0; rank < run.stages; rank++) {
      Path log = directory.resolve("time-energy-" + rank + ".csv");
      List<String> lines = Files.readAllLines(log);
      List<String> kept = new ArrayList<>();
      for (int i = 0; i < lines.size(); i += i == 0 ? 1 : 1 + random.nextInt(3)) {
        kept.add(lines.get(i));
      }
      Files.write(log, kept);
    }
    recording = Recording.open(List.of(directory), run.options());
    Attributed found = new Deconvolution().attribute(recording, Progress.NONE);
    assertThat(found.sensor().counter().share()).isCloseTo(share, within(0.02));
    assertThat(worstError(found)).isLessThan(0.015);
  }

  /** The running average covers many forwards of 10 ms, so the likelihood has many maxima. */
  @ParameterizedTest
  @CsvSource({"0.1, 0.01", "0.5, 0.05", "1.0, 0.1"})
  void runningAverageOfShortForwardsIsFound(double average, double limit) throws IOException {
    run.averageSeconds = average;
    run.lagSeconds = 0.003;
    run.samples = true;
    run.forwardSeconds = 0.01;
    run.microbatches = 8;
    run.stages = 3;
    run.secondsPerFrequency = 20;
    Attributed found = attribute();
    assertThat(found.sensor().samples().averageSeconds())
        .isCloseTo(average, within(0.01 * average));
    assertThat(found.sensor().samples().lagSeconds()).isCloseTo(0.003, within(2e-3));
    assertThat(worstError(found)).isLessThan(limit);
  }

  @ParameterizedTest
  @CsvSource({"0.2", "0.3", "0.35", "0.4", "0.7"})
  void runningAverageOfTheCounterIsFound(double average) throws IOException {
    run.averageSeconds = average;
    run.forwardSeconds = 0.05;
    Attributed found = attribute();
    assertThat(found.sensor().counter().averageSeconds())
        .isCloseTo(average, within(0.05 * average));
    assertThat(worstError(found)).isLessThan(0.03);
  }

  @ParameterizedTest
  @CsvSource({"0.03, 20, 0.01", "0.01, 20, 0.015", "0.03, 3, 0.04"})
  void samplesOfAFewSecondsGiveEnergies(double forward, double seconds, double limit)
      throws IOException {
    run.lowPassSeconds = 0.0125;
    run.samples = true;
    run.lateSampleEvery = 5;
    run.forwardSeconds = forward;
    run.secondsPerFrequency = seconds;
    run.frequencies = new int[] {1410, 1200, 1000};
    Attributed found = attribute();
    assertThat(found.sensor().stamps()).isNotEqualTo(SampleStamps.RIGHT);
    assertThat(found.sensor().samples().lowPassSeconds()).isCloseTo(0.0125, within(2e-3));
    assertThat(worstError(found)).isLessThan(limit);
  }

  @ParameterizedTest
  @CsvSource({"true, 4", "true, 2", "true, 1", "false, 2", "false, 3", "false, 5"})
  void fewReadingsGiveEnergiesToo(boolean samples, int microbatches) throws IOException {
    run.samples = samples;
    run.microbatches = microbatches;
    run.secondsPerFrequency = 0.1;
    run.forwardSeconds = 0.05;
    Attributed found = attribute();
    assertThat(found.ranks())
        .hasSize(run.stages)
        .flatExtracting(RankEnergy::windows)
        .flatExtracting(WindowEnergy::instructions)
        .allSatisfy(energy -> assertThat(energy.energyJoules()).isPositive());
  }

  @Test
  void samplesAloneAndTheCounterAloneGiveTheSameEnergies() throws IOException {
    run.lowPassSeconds = 0.0125;
    run.samples = true;
    run.secondsPerFrequency = 60;
    Attributed both = attribute();
    for (String other : new String[] {"time-energy-", "power-samples-"}) {
      for (int s = 0; s < run.stages; s++) {
        Files.delete(directory.resolve(other + s + ".csv"));
      }
      Attributed alone =
          new Deconvolution()
              .attribute(Recording.open(List.of(directory), run.options()), Progress.NONE);
      assertThat(worstError(alone)).isLessThan(0.015);
      assertThat(alone.blockingWatts()).isCloseTo(both.blockingWatts(), within(1.0));
      for (int s = 0; s < run.stages; s++) {
        run.write(directory);
      }
    }
  }

  @Test
  void energiesOfAllFrequenciesReferToOneTemperature() throws IOException {
    warmUp();
    run.writesClocks = true;
    Attributed found = attribute();
    Heat heat = found.heat();
    assertThat(heat.slopePerKelvin()).isCloseTo(run.heatPerKelvin, within(2 * heat.slopeStderr()));
    assertThat(heat.slopeStderr()).isLessThan(0.1 * run.heatPerKelvin);
    for (RankEnergy rank : found.ranks()) {
      int stage = rank.place().ppRank();
      double factor = 1 + run.heatPerKelvin * (heat.referenceCelsius().get(stage) - 50);
      for (int f = 0; f < run.frequencies.length; f++) {
        double joules = rank.windows().get(f).of(Instruction.BACKWARD).energyJoules();
        assertThat(joules / (factor * run.joules(stage, false, f))).isCloseTo(1, within(0.008));
      }
    }
    assertThat(recording.warnings().list()).isEmpty();
  }

  @Test
  void warmingUpCausesAWarningIfNoTemperatureWasRecorded() throws IOException {
    warmUp();
    Attributed found = attribute();
    assertThat(found.heat()).isNull();
    assertThat(recording.warnings().list())
        .extracting(Warning::message)
        .anyMatch(text -> text.contains("1410 MHz (+") && text.contains("temperature"))
        .noneMatch(text -> text.contains("800 MHz"));
    InstructionEnergy energy = found.ranks().get(0).windows().get(0).of(Instruction.BACKWARD);
    assertThat(energy.energyStderrJoules()).isGreaterThan(0.01 * energy.energyJoules());
  }

  private void warmUp() {
    run.frequencies = new int[] {1410, 1100, 800};
    run.secondsPerFrequency = 60;
    run.samples = true;
    run.warmingKelvins = 40;
    run.heatPerKelvin = 0.002;
  }

  @Test
  void ranksMayHaveDifferentLags() throws IOException {
    run.lagOfStage = new double[] {0, 0.05, 0, 0.04};
    run.forwardSeconds = 0.04;
    Attributed found = attribute();
    assertThat(worstError(found)).isLessThan(0.015);
    assertThat(recording.warnings().list())
        .filteredOn(warning -> warning.topic().equals("own lag"))
        .extracting(Warning::rank)
        .hasSize(2);
  }

  @Test
  void clocksThatDriftApartAreCorrected() throws IOException {
    run.drift = 60e-6;
    run.forwardSeconds = 0.04;
    run.frequencies = new int[] {1410, 1200};
    Attributed found = attribute();
    assertThat(worstError(found)).isLessThan(0.015);
    assertThat(recording.warnings().list()).extracting(Warning::topic).contains("lag drifts");
  }

  @Test
  void firstForwardMayTakeLongerWithLessPower() throws IOException {
    run.firstForwardTime = 2;
    run.firstForwardPower = 0.5;
    run.forwardSeconds = 0.04;
    Attributed found = attribute();
    assertThat(worstError(found)).isLessThan(0.015);
    assertThat(found.ranks())
        .allSatisfy(
            rank ->
                assertThat(rank.windows().get(0).special())
                    .anySatisfy(
                        special -> {
                          assertThat(special.instruction().name()).isEqualTo("forward#0");
                          assertThat(special.watts()).isCloseTo(210, within(10.0));
                        }));
  }

  /**
   * If the first forward gets no separate power, its low power leads to a wrong smoothing and
   * errors of 29 %.
   */
  @Test
  void firstForwardMayTakeLessPowerInTheUsualTime() throws IOException {
    run.firstForwardPower = 0.6;
    run.microbatches = 8;
    run.stages = 3;
    run.lowPassSeconds = 0.0125;
    run.forwardSeconds = 0.04;
    run.secondsPerFrequency = 20;
    run.frequencies = new int[] {1410, 1200};
    assertThat(worstError(attribute())).isLessThan(0.02);
  }

  @Test
  void allReduceMayOverlapTheLastBackward() throws IOException {
    run.lastBackwardTime = 1.2;
    run.lastBackwardPower = 1.3;
    run.forwardSeconds = 0.04;
    assertThat(worstError(attribute())).isLessThan(0.015);
  }

  /**
   * The durations do not show that the last backwards are special: there are few other backwards,
   * or the last ones are only 3 % longer. Therefore run.json states that an all-reduce runs during
   * the last backwards.
   */
  @ParameterizedTest
  @CsvSource({"3, 1.15, 1.2", "2, 1.15, 0.8", "8, 1.03, 1.02"})
  void lastBackwardWithAnAllReduceDoesNotChangeTheTypicalBackward(
      int microbatches, double time, double power) throws IOException {
    run.microbatches = microbatches;
    run.lastBackwardTime = time;
    run.lastBackwardPower = power;
    run.forwardSeconds = 0.04;
    double unknown = worstError(attribute());
    run.writeManifest(directory, true);
    Attributed found = attribute();
    assertThat(worstError(found)).isLessThan(0.015).isLessThanOrEqualTo(unknown);
    assertThat(found.ranks())
        .allSatisfy(
            rank ->
                assertThat(rank.windows().get(0).special())
                    .filteredOn(
                        special ->
                            special.instruction().name().equals("backward#" + (microbatches - 1)))
                    .singleElement()
                    .satisfies(
                        special ->
                            assertThat(special.energyJoules())
                                .isCloseTo(
                                    time * power * run.joules(rank.place().ppRank(), false, 0),
                                    withinPercentage(3))));
  }

  @ParameterizedTest
  @CsvSource({"30, 0.1", "100, 0.25"})
  void stallsOfTheHostDoNotChangeTypicalInstructions(int every, double seconds) throws IOException {
    run.stallEvery = every;
    run.stallSeconds = seconds;
    run.samples = true;
    run.lowPassSeconds = 0.0125;
    Attributed found = attribute();
    assertThat(worstError(found)).isLessThan(0.01);
    InstructionEnergy forward = found.ranks().get(0).windows().get(0).of(Instruction.FORWARD);
    assertThat(forward.durations().mean())
        .isCloseTo(run.seconds(0, true, 0), withinPercentage(0.5));
    assertThat(recording.warnings().list())
        .anySatisfy(warning -> assertThat(warning.message()).contains("forward", "stalled"));
    assertThat(found.blockingWatts()).isCloseTo(84, within(2.0));
  }

  @Test
  void durationsThatVaryWidelyAreNoStalls() throws IOException {
    run.jitter = 0.25;
    Attributed found = attribute();
    assertThat(recording.warnings().list())
        .noneSatisfy(warning -> assertThat(warning.message()).contains("stalled"));
    assertThat(worstError(found)).isLessThan(0.03);
  }

  @ParameterizedTest
  @CsvSource({"0.3, 84", "0.3, 250"})
  void timeBetweenIterationsDoesNotCountAsWaiting(double seconds, double watts) throws IOException {
    run.betweenIterationsSeconds = seconds;
    run.betweenIterationsWatts = watts;
    run.forwardSeconds = 0.04;
    Attributed found = attribute();
    assertThat(worstError(found)).isLessThan(0.02);
    assertThat(found.blockingWatts()).isCloseTo(84, within(2.0));
  }

  @Test
  void longPausesAfterSomeIterationsAreLeftOut() throws IOException {
    run.everyEighthSeconds = 2;
    run.betweenIterationsWatts = 300;
    run.forwardSeconds = 0.04;
    Attributed found = attribute();
    assertThat(worstError(found)).isLessThan(0.02);
    assertThat(found.blockingWatts()).isCloseTo(84, within(3.0));
  }

  @Test
  void undamagedRecordingWithSamplesCausesNoWarning() throws IOException {
    run.lowPassSeconds = 0.0125;
    run.samples = true;
    run.frequencies = new int[] {1410, 1305, 1200};
    run.secondsPerFrequency = 20;
    attribute();
    assertThat(recording.warnings().list()).isEmpty();
  }
}
