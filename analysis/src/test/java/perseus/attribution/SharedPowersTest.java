package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.IterationRange;
import perseus.recording.run.RecordingOptions;

/** Tests the energies of recordings of 3 s at each of many frequencies. */
class SharedPowersTest {
  private static final int CLOCKS = 16;

  @TempDir Path directory;

  private final SimulatedRun run = new SimulatedRun();

  SharedPowersTest() {
    run.frequencies = IntStream.range(0, CLOCKS).map(f -> 1410 - 30 * f).toArray();
    run.secondsPerFrequency = 3;
    run.samples = true;
    run.lowPassSeconds = 0.0125;
    run.sampleNoiseWatts = 10;
    run.powerNoise = 0.02;
    run.stages = 2;
    run.microbatches = 8;
  }

  /**
   * Collects the errors of energies as fractions of the true energies, and counts those below two
   * standard errors.
   */
  private final class Errors {
    private final List<Double> relative = new ArrayList<>();
    private int inTwo;

    void add(WindowEnergy window, int stage, int f) {
      for (boolean forward : new boolean[] {true, false}) {
        InstructionEnergy energy = window.of(forward ? Instruction.FORWARD : Instruction.BACKWARD);
        double truth = run.joules(stage, forward, f);
        double error = energy.energyJoules() - truth;
        relative.add(error / truth);
        inTwo += Math.abs(error) < 2 * energy.energyStderrJoules() ? 1 : 0;
      }
    }

    double rms() {
      return Math.sqrt(relative.stream().mapToDouble(e -> e * e).average().orElseThrow());
    }

    double shareWithinTwo() {
      return (double) inTwo / relative.size();
    }
  }

  private Attributed attribute(RecordingOptions options) {
    return new Deconvolution()
        .attribute(Recording.open(List.of(directory), options), Progress.NONE);
  }

  @Test
  void manyShortWindowsAreMoreCertainThanEachAlone() throws IOException {
    run.tilt = 0.2;
    run.write(directory);
    Errors together = new Errors();
    for (RankEnergy rank : attribute(run.options()).ranks()) {
      for (int f = 0; f < CLOCKS; f++) {
        together.add(rank.windows().get(f), rank.place().ppRank(), f);
      }
    }
    Errors alone = new Errors();
    for (int f = 0; f < CLOCKS; f++) {
      RecordingOptions all = run.options();
      RecordingOptions one =
          new RecordingOptions(
              all.numMicrobatches(),
              all.numProfSteps(),
              all.frequencies(),
              0,
              null,
              null,
              null,
              null,
              new IterationRange(
                  f * run.iterationsPerFrequency + 1, (f + 1) * run.iterationsPerFrequency));
      for (RankEnergy rank : attribute(one).ranks()) {
        alone.add(rank.windows().get(0), rank.place().ppRank(), f);
      }
    }
    assertThat(together.rms()).isLessThan(0.01).isLessThan(0.8 * alone.rms());
    assertThat(together.shareWithinTwo()).isBetween(0.9, 1.0);
  }

  @Test
  void clockThatDiffersFromAllOthersKeepsItsEnergy() throws IOException {
    run.forwardPower = new double[] {0.92};
    Errors odd = new Errors();
    Errors others = new Errors();
    for (int seed = 1; seed <= 3; seed++) {
      run.seed = seed;
      run.write(directory);
      for (RankEnergy rank : attribute(run.options()).ranks()) {
        for (int f = 0; f < CLOCKS; f++) {
          (f == 0 ? odd : others).add(rank.windows().get(f), rank.place().ppRank(), f);
        }
      }
    }
    assertThat(odd.shareWithinTwo()).isGreaterThan(0.8);
    assertThat(odd.rms()).isLessThan(0.015);
    assertThat(others.shareWithinTwo()).isBetween(0.9, 1.0);
    assertThat(others.rms()).isLessThan(0.01);
  }
}
