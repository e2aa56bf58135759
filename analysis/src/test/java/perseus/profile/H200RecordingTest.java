package perseus.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import perseus.attribution.Attributions;
import perseus.attribution.result.Attributed;
import perseus.attribution.result.RankEnergy;
import perseus.attribution.result.WindowEnergy;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.IterationRange;
import perseus.recording.run.RecordingOptions;

/**
 * Compares the energies from a real recording of a four-stage pipeline on H200 GPUs with known
 * values.
 */
class H200RecordingTest {
  private static final Path DIRECTORY = directory();

  /**
   * Returns the directory of the recording, which is beside the root of the project or beside one
   * of its parent directories.
   */
  private static Path directory() {
    Path beside = Path.of(System.getProperty("perseus.root", "..")).toAbsolutePath().getParent();
    Path nearest = beside;
    while (beside != null) {
      Path data = beside.resolve("shared/data/h200-pp4");
      if (Files.isDirectory(data)) {
        return data;
      }
      beside = beside.getParent();
    }
    return nearest.resolve("shared/data/h200-pp4");
  }

  private static final RecordingOptions ALL = options(null);

  private static RecordingOptions options(IterationRange iterations) {
    return new RecordingOptions(16, 14, List.of(1980), 0, null, null, null, null, iterations);
  }

  @BeforeAll
  static void requireRecording() {
    Assumptions.assumeTrue(
        Files.isDirectory(DIRECTORY),
        () -> DIRECTORY + " does not exist; there is nothing to compare with");
  }

  private static Attributed attribute(Recording recording, String method) {
    return Attributions.of(method).attribute(recording, Progress.NONE);
  }

  @Test
  void energiesAreTheKnownOnes() {
    Recording recording = Recording.open(List.of(DIRECTORY), options(new IterationRange(3, 14)));
    Attributed energies = attribute(recording, "deconvolution");
    // The known values come from a fit without the low-pass of the sensor. A fit with the low-pass
    // gives a few percent more energy for backwards. It also gives a waiting power below 155 W.
    double[] forwards = {20.5, 25.8, 25, 30.5};
    double[] backwards = {47, 54, 54, 61.5};
    for (RankEnergy rank : energies.ranks()) {
      WindowEnergy window = rank.windows().get(0);
      int stage = rank.place().ppRank();
      assertThat(window.r2()).isGreaterThanOrEqualTo(0.91);
      double forward = window.of(Instruction.FORWARD).energyJoules();
      double backward = window.of(Instruction.BACKWARD).energyJoules();
      assertThat((forward + backward) / (forwards[stage] + backwards[stage])).isBetween(0.98, 1.05);
      assertThat(forward / forwards[stage]).isBetween(0.9, 1.06);
      assertThat(backward / backwards[stage]).isBetween(1.01, 1.06);
      assertThat(window.blockingWatts()).isBetween(120.0, 145.0);
      assertThat(window.attributedJoules() / window.counterJoules()).isBetween(0.99, 1.01);
    }
    assertThat(energies.sensor().counter().lowPassSeconds()).isBetween(0.01, 0.015);
    double[] lags = energies.ranks().stream().mapToDouble(RankEnergy::ownLagSeconds).toArray();
    assertThat(Arrays.stream(lags).max().orElseThrow())
        .isLessThan(Arrays.stream(lags).min().orElseThrow() + 0.008);
  }

  @Test
  void interpolationExplainsTheCounterMuchWorse() {
    Recording recording = Recording.open(List.of(DIRECTORY), options(new IterationRange(3, 14)));
    for (RankEnergy rank : attribute(recording, "interpolation").ranks()) {
      assertThat(rank.windows().get(0).r2()).isLessThan(0.7);
    }
    assertThat(attribute(recording, "interpolation").blockingWatts()).isGreaterThan(300);
  }

  @Test
  void startUpIsLeftOutWithAWarning() {
    Recording recording = Recording.open(List.of(DIRECTORY), ALL);
    Attributed energies = attribute(recording, "deconvolution");
    StageProfile profile = ProfileBuilder.join(recording, energies);
    assertThat(profile.rows()).hasSize(8);
    assertThat(profile.notes().blockingWatts()).isBetween(130.0, 200.0);
    assertThat(profile.notes().stageBlockingWatts()).allMatch(w -> w > 130 && w < 200);
    assertThat(profile.notes().warnings())
        .anyMatch(w -> w.contains("Iteration 1 of rank 0") && w.contains("start-up"));
  }
}
