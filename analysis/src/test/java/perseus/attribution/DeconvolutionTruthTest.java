package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;

/**
 * Compares the energies that deconvolution finds in simulated recordings with the true energies of
 * the simulation.
 */
@Tag("slow")
class DeconvolutionTruthTest {
  @TempDir Path directory;

  /**
   * Holds the errors over all ranks, frequencies and kinds of instruction.
   *
   * @param instruction maximum relative error of the energy of an instruction
   * @param blocking maximum relative error of the blocking power
   * @param covered share of the energies whose error is at most two standard errors
   */
  private record Errors(double instruction, double blocking, double covered, String summary) {
    @Override
    public String toString() {
      return summary;
    }
  }

  private Errors errors(SimulatedRun run) throws IOException {
    run.write(directory);
    Recording recording = Recording.open(List.of(directory), run.options());
    Attributed found = new Deconvolution().attribute(recording, Progress.NONE);
    double worst = 0;
    double blocking = 0;
    int within = 0;
    int all = 0;
    for (RankEnergy rank : found.ranks()) {
      for (int f = 0; f < run.frequencies.length; f++) {
        WindowEnergy window = rank.windows().get(f);
        for (boolean forward : new boolean[] {true, false}) {
          InstructionEnergy energy =
              window.of(forward ? Instruction.FORWARD : Instruction.BACKWARD);
          double truth = run.joules(rank.place().ppRank(), forward, f);
          double error = energy.energyJoules() - truth;
          worst = Math.max(worst, Math.abs(error / truth));
          all++;
          within += Math.abs(error) <= 2 * energy.energyStderrJoules() ? 1 : 0;
        }
        blocking = Math.max(blocking, Math.abs(window.blockingWatts() / run.blockingWatts - 1));
      }
    }
    double covered = (double) within / all;
    String summary =
        "energies off by %.2f %%, blocking by %.2f %%, lag %.2f +- %.2f ms, %.2f covered, %s"
            .formatted(
                100 * worst,
                100 * blocking,
                1e3 * found.lagSeconds(),
                1e3 * found.lagStderrSeconds(),
                covered,
                recording.warnings().list());
    return new Errors(worst, blocking, covered, summary);
  }

  @ParameterizedTest
  @CsvSource({
    "0.02, 0, 0.03",
    "0.05, 0, 0.03",
    "0.1, 0, 0.03",
    "0.02, 0.02, 0.03",
    "0.05, 0.02, 0.03",
    "0.1, 0.02, 0.03",
    "0.02, 0.1, 0.03",
    "0.05, 0.1, 0.03",
    "0.1, 0.1, 0.03",
    "0.1, 0.037, 0.1",
    "0.02, 0.06, 0.1"
  })
  void errorIsBelowOnePercentForForwardsOfThirtyMillisecondsOrMore(
      double period, double lag, double forward) throws IOException {
    SimulatedRun run = new SimulatedRun();
    run.periodSeconds = period;
    run.lagSeconds = lag;
    run.forwardSeconds = forward;
    Errors errors = errors(run);
    assertThat(errors.instruction).as(errors.summary).isLessThan(0.01);
    assertThat(errors.blocking).as(errors.summary).isLessThan(0.02);
  }

  @ParameterizedTest
  @CsvSource({
    "0.02, 0.0",
    "0.05, 0.0",
    "0.1, 0.0",
    "0.02, 0.03",
    "0.05, 0.03",
    "0.1, 0.03",
    "0.1, 0.1"
  })
  void errorIsBelowTwoPercentForForwardsOfTenMilliseconds(double period, double lag)
      throws IOException {
    SimulatedRun run = new SimulatedRun();
    run.periodSeconds = period;
    run.lagSeconds = lag;
    run.forwardSeconds = 0.01;
    Errors errors = errors(run);
    assertThat(errors.instruction).as(errors.summary).isLessThan(0.02);
    assertThat(errors.blocking).as(errors.summary).isLessThan(0.02);
  }

  @ParameterizedTest
  @CsvSource({"0.02, 0.3", "0.05, 0.3", "0.1, 0.3", "0.1, 0.5"})
  void powerMayFallWithinAnInstruction(double period, double tilt) throws IOException {
    SimulatedRun run = new SimulatedRun();
    run.periodSeconds = period;
    run.tilt = tilt;
    run.forwardSeconds = 0.04;
    run.frequencies = new int[] {1410, 1200};
    Errors errors = errors(run);
    assertThat(errors.instruction).as(errors.summary).isLessThan(0.01);
  }

  @ParameterizedTest
  @CsvSource({"0.1, 0.25, 0.02", "0.1, 0.5, 0.0", "0.05, 0.5, 0.05"})
  void sensorMayAverageOnlyAPartOfAnInterval(double period, double share, double lag)
      throws IOException {
    SimulatedRun run = new SimulatedRun();
    run.periodSeconds = period;
    run.share = share;
    run.lagSeconds = lag;
    run.forwardSeconds = 0.04;
    Errors errors = errors(run);
    assertThat(errors.instruction).as(errors.summary).isLessThan(0.02);
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.2, 0, 0.03, 0.002", "0.02, 0.2, 0.03, 0.03, 0.001", "0.1, 0, 0.03, 0.03, 0.0045",
    "0.02, 0, 0, 0.03, 0.0045", "0.1, 0.05, 0.02, 0.03, 0.005", "0.1, 0, 0, 0.1, 0"
  })
  void counterMayBeIrregularAndPowerMayVary(
      double period, double irregularity, double powerNoise, double forward, double poll)
      throws IOException {
    SimulatedRun run = new SimulatedRun();
    run.periodSeconds = period;
    run.irregularity = irregularity;
    run.powerNoise = powerNoise;
    run.forwardSeconds = forward;
    run.pollSeconds = poll;
    run.frequencies = new int[] {1410, 1200, 1000};
    Errors errors = errors(run);
    // If the powers of single instances vary by 3 %, the error of a mean can exceed 1 %.
    double maximum = powerNoise > 0 ? 0.02 : 0.01;
    assertThat(errors.instruction).as(errors.summary).isLessThan(maximum);
    assertThat(errors.covered).as(errors.summary).isGreaterThan(0.85);
    assertThat(errors.blocking).as(errors.summary).isLessThan(0.02);
  }

  @ParameterizedTest
  @CsvSource({"20, 0.1, 0.03", "2, 0.1, 0.03", "2, 0.02, 0.03", "4, 0.1, 0.01", "1, 0.1, 0.1"})
  void standardErrorsCoverTheTruthWithLittleDataAtManyFrequencies(
      double seconds, double period, double forward) throws IOException {
    SimulatedRun run = new SimulatedRun();
    run.frequencies = new int[] {1410, 1350, 1290, 1230, 1170, 1110, 1050, 990, 930, 870};
    run.secondsPerFrequency = seconds;
    run.periodSeconds = period;
    run.forwardSeconds = forward;
    Errors errors = errors(run);
    assertThat(errors.covered).as(errors.summary).isBetween(0.85, 1.0);
  }

  @ParameterizedTest
  @CsvSource({"8, 0.1, 0, 0", "8, 0.05, 0, 0.01", "4, 0.02, 0.3, 0", "6, 0.05, 0, 0.005"})
  void standardErrorsCoverTheTruthOverManySeeds(
      double seconds, double period, double tilt, double irregularPollSeconds) throws IOException {
    double covered = 0;
    int runs = 10;
    for (int seed = 0; seed < runs; seed++) {
      SimulatedRun run = new SimulatedRun();
      run.seed = 100 + seed;
      run.secondsPerFrequency = seconds;
      run.periodSeconds = period;
      run.tilt = tilt;
      run.lagSeconds = 0.01 * seed;
      if (irregularPollSeconds > 0) {
        run.irregularity = 0.2;
        run.pollSeconds = irregularPollSeconds;
      }
      run.frequencies = new int[] {1410, 1300, 1200, 1100};
      covered += errors(run).covered / runs;
    }
    assertThat(covered).isBetween(0.9, 0.995);
  }
}
