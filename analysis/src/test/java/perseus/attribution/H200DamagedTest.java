package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.attribution.result.InstructionEnergy;
import perseus.attribution.result.RankEnergy;
import perseus.io.Progress;
import perseus.recording.Recording;
import perseus.recording.log.IterationRange;
import perseus.recording.log.Warning;
import perseus.recording.run.RecordingOptions;

/**
 * Damages the times of a real recording of two H200 GPUs. The energies must be those of the
 * undamaged recording within two standard errors, and a warning must name the damage.
 */
@Tag("slow")
class H200DamagedTest {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("perseus.root", ".."), "../shared/data/h200-pp2");

  @TempDir Path directory;

  private final List<String> warnings = new ArrayList<>();

  @BeforeEach
  void requireRecording() {
    assumeTrue(Files.isDirectory(DIRECTORY), () -> "skipped: there is no " + DIRECTORY);
  }

  private Map<String, InstructionEnergy> energies(Path from) {
    Recording recording =
        Recording.open(
            List.of(from),
            new RecordingOptions(
                16, 40, List.of(1980), 0, null, null, null, null, new IterationRange(4, 40)));
    Map<String, InstructionEnergy> energies = new TreeMap<>();
    for (RankEnergy rank : new Deconvolution().attribute(recording, Progress.NONE).ranks()) {
      rank.windows()
          .get(0)
          .instructions()
          .forEach(
              energy -> energies.put(rank.place().rank() + energy.instruction().name(), energy));
    }
    warnings.clear();
    recording.warnings().list().stream().map(Warning::message).forEach(warnings::add);
    return energies;
  }

  /** Copies the recording, and changes each row of one kind of log. */
  private void damage(String kind, UnaryOperator<String[]> change) throws IOException {
    try (var files = Files.list(DIRECTORY)) {
      for (Path file : files.toList()) {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        for (int i = 1; i < lines.size(); i++) {
          if (file.getFileName().toString().startsWith(kind)) {
            lines.set(i, String.join(",", change.apply(lines.get(i).split(","))));
          }
        }
        Files.write(directory.resolve(file.getFileName()), lines);
      }
    }
  }

  private static String rounded(String time) {
    return String.format(Locale.ROOT, "%.2f", Math.floor(100 * Double.parseDouble(time)) / 100);
  }

  private void requireCovered(String expectedWarning) {
    Map<String, InstructionEnergy> right = energies(DIRECTORY);
    assertThat(warnings)
        .noneMatch(
            message -> message.contains("than recorded") || message.contains("multiples of"));
    Map<String, InstructionEnergy> damaged = energies(directory);
    assertThat(warnings).anyMatch(message -> message.contains(expectedWarning));
    right.forEach(
        (name, energy) -> {
          double found = damaged.get(name).energyJoules();
          double stderr =
              Math.hypot(energy.energyStderrJoules(), damaged.get(name).energyStderrJoules());
          assertThat(Math.abs(found - energy.energyJoules())).as(name).isLessThan(2 * stderr);
          assertThat(damaged.get(name).energyStderrJoules())
              .as("standard error of " + name)
              .isLessThan(0.06 * found);
        });
  }

  @Test
  void endsThatAreFivePercentTooEarlyAreNamedAndCovered() throws IOException {
    damage(
        "instructions",
        row -> {
          double start = Double.parseDouble(row[1]);
          double end = start + 0.95 * (Double.parseDouble(row[2]) - start);
          return new String[] {row[0], row[1], String.format(Locale.ROOT, "%.7f", end)};
        });
    requireCovered("longer than recorded");
  }

  @Test
  void coarseTimesOfInstructionsAreNamedAndCovered() throws IOException {
    damage("instructions", row -> new String[] {row[0], rounded(row[1]), rounded(row[2])});
    requireCovered("instructions are multiples of 10 ms");
  }

  @Test
  void coarseTimesOfSamplesAreNamedAndCovered() throws IOException {
    damage("power-samples", row -> new String[] {rounded(row[0]), row[1]});
    requireCovered("power samples are multiples of 10 ms");
  }

  @Test
  void coarseTimesOfTheCounterAreNamedAndCovered() throws IOException {
    damage("time-energy", row -> new String[] {rounded(row[0]), row[1]});
    requireCovered("counter readings are multiples of 10 ms");
  }
}
