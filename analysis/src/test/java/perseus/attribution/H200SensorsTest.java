package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.io.Progress;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.log.IterationRange;
import perseus.recording.log.Warning;
import perseus.recording.run.RecordingOptions;

/**
 * Damages one sensor of a real two-stage pipeline on H200 GPUs at their power limit, and compares
 * the energies with those of the undamaged recording.
 */
@Tag("slow")
class H200SensorsTest {
  private static final Path RECORDED =
      Path.of(System.getProperty("perseus.root", ".."), "../shared/data/h200-pp2");

  @TempDir Path directory;

  private Recording recording;

  @BeforeEach
  void copyRecording() throws IOException {
    assumeTrue(Files.isDirectory(RECORDED), () -> "skipped: there is no " + RECORDED);
    try (Stream<Path> files = Files.list(RECORDED)) {
      for (Path file : files.toList()) {
        Files.write(directory.resolve(file.getFileName().toString()), Files.readAllBytes(file));
      }
    }
  }

  private List<RankEnergy> attribute() {
    recording =
        Recording.open(
            List.of(directory),
            new RecordingOptions(
                16, 40, List.of(1980), 0, null, null, null, null, new IterationRange(4, 40)));
    return new Deconvolution().attribute(recording, Progress.NONE).ranks();
  }

  private List<String> warnings(String word) {
    return recording.warnings().list().stream()
        .map(Warning::message)
        .filter(message -> message.contains(word))
        .toList();
  }

  private void assertClose(List<RankEnergy> undamaged, List<RankEnergy> found, int ofRank) {
    for (Instruction kind : List.of(Instruction.FORWARD, Instruction.BACKWARD)) {
      InstructionEnergy before = undamaged.get(ofRank).windows().get(0).of(kind);
      InstructionEnergy after = found.get(ofRank).windows().get(0).of(kind);
      double stderr = Math.hypot(before.energyStderrJoules(), after.energyStderrJoules());
      assertThat(Math.abs(after.energyJoules() - before.energyJoules()))
          .as(kind.name())
          .isLessThan(Math.min(2 * stderr, 0.025 * before.energyJoules()));
    }
  }

  private void drift(String log, int rank, double rate) throws IOException {
    Path file = directory.resolve(log + rank + ".csv");
    List<String> lines = Files.readAllLines(file);
    double first = Double.NaN;
    int times = log.startsWith("instructions") ? 2 : 1;
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split(",");
      int column = times == 2 ? 1 : 0;
      for (int c = column; c < column + times; c++) {
        double time = Double.parseDouble(cells[c]);
        first = Double.isNaN(first) ? time : first;
        cells[c] = String.format(Locale.ROOT, "%.7f", time + rate * (time - first));
      }
      lines.set(i, String.join(",", cells));
    }
    Files.write(file, lines);
  }

  @Test
  void samplesOfOnlyTheLastStageKeepItsEnergies() throws IOException {
    List<RankEnergy> undamaged = attribute();
    assertThat(warnings("contradict")).isEmpty();
    assertThat(warnings("drift")).isEmpty();
    Files.delete(directory.resolve("power-samples-0.csv"));
    assertClose(undamaged, attribute(), 1);
  }

  @ParameterizedTest
  @CsvSource({"0, 50e-6", "1, 100e-6"})
  void driftOfOneRankIsCorrected(int rank, double rate) throws IOException {
    List<RankEnergy> undamaged = attribute();
    drift("instructions-", rank, rate);
    List<RankEnergy> found = attribute();
    assertThat(warnings("drift apart")).singleElement().asString().contains("rank " + rank);
    assertClose(undamaged, found, 0);
    assertClose(undamaged, found, 1);
  }
}
