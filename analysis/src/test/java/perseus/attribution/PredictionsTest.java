package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.attribution.result.PhaseEnergy;
import perseus.io.Progress;
import perseus.recording.Recording;

/** Predicts the energy of a phase with coarse times from a recording with precise times. */
class PredictionsTest {
  @TempDir Path directory;

  private static SimulatedRun run() {
    SimulatedRun run = new SimulatedRun();
    run.stages = 2;
    run.microbatches = 8;
    run.forwardSeconds = 0.05;
    run.jitter = 0.02;
    run.lowPassSeconds = 0.0125;
    run.noise = 0.003;
    run.iterationsPerFrequency = 20;
    return run;
  }

  @Test
  void coarseTimesOfThePredictedPhaseAreNamedAndAllowedFor() throws IOException {
    SimulatedRun training = run();
    training.write(Files.createDirectory(directory.resolve("training")));
    SimulatedRun other = run();
    other.seed = 2;
    other.instructionQuantum = 0.02;
    other.counterQuantum = 0.03;
    other.write(Files.createDirectory(directory.resolve("other")));
    Predictions predictions = new Predictions(directory.resolve("other"));
    Recording recording =
        Recording.open(List.of(directory.resolve("training")), training.options());
    var attributed = new Deconvolution(List.of(predictions)).attribute(recording, Progress.NONE);
    assertThat(recording.warnings().sentences()).isEmpty();
    assertThat(predictions.warnings().sentences())
        .hasSize(4)
        .anyMatch(w -> w.contains("starts and ends of instructions are multiples of 20 ms"))
        .anyMatch(w -> w.contains("times of counter readings are multiples of 30 ms"));
    for (PhaseEnergy energy : predictions.corrected(attributed.heat())) {
      assertThat(energy.difference()).isCloseTo(0, within(0.01));
    }
  }
}
