package perseus.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.attribution.result.RankEnergy;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.Recording;
import perseus.recording.run.RecordingOptions;

/** Tests that flags which contradict the recording are refused or cause a warning. */
class ClaimsTest {
  private static final int MICROBATCHES = 8;
  private static final int STEPS = 6;

  @TempDir Path directory;

  private final SimulatedRun run = new SimulatedRun();

  @BeforeEach
  void describe() {
    run.frequencies = IntStream.range(0, 20).map(i -> 1410 - 15 * i).toArray();
    run.stages = 2;
    run.microbatches = MICROBATCHES;
    run.forwardSeconds = 0.02;
    run.jitter = 0.01;
    run.iterationsPerFrequency = STEPS;
  }

  private List<Integer> frequencies() {
    return IntStream.of(run.frequencies).boxed().toList();
  }

  private Recording open(List<Path> directories, RecordingOptions options) {
    Recording recording = Recording.open(directories, options);
    ranks = new Interpolation().attribute(recording, Progress.NONE).ranks();
    return recording;
  }

  private List<RankEnergy> ranks;

  private List<String> warnings(int microbatches, int steps, int warmups, List<Integer> mhz) {
    RecordingOptions options =
        new RecordingOptions(microbatches, steps, mhz, warmups, null, null, null, null, null);
    return open(List.of(directory), options).warnings().sentences();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void rightFlagsCauseNoWarning(int warmups) throws IOException {
    run.warmups = warmups;
    run.write(directory);
    assertThat(warnings(MICROBATCHES, STEPS, warmups, frequencies())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"16, 6", "8, 5", "8, 7", "8, 4", "8, 8", "8, 9", "8, 12", "24, 6", "16, 2"})
  void windowsThatDoNotFitTheTimesAreRefused(int microbatches, int steps) throws IOException {
    run.write(directory);
    assertThatThrownBy(() -> warnings(microbatches, steps, 0, frequencies()))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("--num-microbatches " + microbatches, "--num-prof-steps " + steps);
  }

  @ParameterizedTest
  @CsvSource({"8, 3", "8, 2"})
  void windowsThatShareOneClockAreRefused(int microbatches, int steps) throws IOException {
    run.write(directory);
    assertThatThrownBy(() -> warnings(microbatches, steps, 0, frequencies()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("--num-prof-steps " + steps);
  }

  /** A run may end before all listed frequencies were recorded. */
  @ParameterizedTest
  @ValueSource(ints = {3, 2})
  void windowsThatShareOneClockAreRefusedWhereTheListIsLongerToo(int steps) throws IOException {
    run.write(directory);
    List<Integer> all = IntStream.range(0, 81).map(i -> 1410 - 15 * i).boxed().toList();
    assertThatThrownBy(() -> warnings(MICROBATCHES, steps, 0, all))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("--num-prof-steps " + steps);
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 7, 9})
  void refusalSaysAfterHowManyIterationsTheTimesChange(int steps) throws IOException {
    run.write(directory);
    assertThatThrownBy(() -> warnings(MICROBATCHES, steps, 0, frequencies()))
        .hasMessageContaining("change after every " + STEPS + " iterations");
  }

  @Test
  void numberOfOptimizerStepsTellsTheNumberOfMicrobatches() throws IOException {
    run.frequencies = new int[] {1410};
    run.write(directory);
    for (int rank = 0; rank < run.stages; rank++) {
      addOptimizerSteps(directory.resolve("instructions-" + rank + ".csv"));
    }
    assertThatThrownBy(() -> warnings(16, 3, 0, List.of(1410)))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("every 8 forwards", "--num-microbatches 16");
  }

  /** Adds an optimizer step after the last backward of each iteration. */
  private static void addOptimizerSteps(Path file) throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    List<String> backwards = lines.stream().filter(line -> line.startsWith("backward")).toList();
    for (int i = MICROBATCHES - 1; i < backwards.size(); i += MICROBATCHES) {
      double end = Double.parseDouble(backwards.get(i).split(",")[2]);
      lines.add("optimizer_step,%.7f,%.7f".formatted(end + 0.0005, end + 0.002));
    }
    Files.write(file, lines);
  }

  @Test
  void frequenciesInReversedOrderAreRefused() throws IOException {
    run.write(directory);
    List<Integer> reversed = new ArrayList<>(frequencies());
    Collections.reverse(reversed);
    assertThatThrownBy(() -> warnings(MICROBATCHES, STEPS, 0, reversed))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("--frequencies", "order");
  }

  @Test
  void exchangedFrequenciesCauseAWarningAndWiderErrors() throws IOException {
    run.frequencies = new int[] {1410, 1110, 855};
    run.write(directory);
    assertThat(warnings(MICROBATCHES, STEPS, 0, List.of(1110, 1410, 855)))
        .isNotEmpty()
        .allMatch(warning -> warning.contains("1410 MHz") && warning.contains("--frequencies"));
    for (RankEnergy rank : ranks) {
      var forward = rank.windows().get(0).of(Instruction.FORWARD);
      assertThat(forward.durations().stderr()).isGreaterThan(0.1 * forward.durations().mean());
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 0", "0, 2", "2, 1", "1, 2"})
  void wrongNumberOfWarmupsIsNamed(int warmups, int claimed) throws IOException {
    run.warmups = warmups;
    run.write(directory);
    assertThat(warnings(MICROBATCHES, STEPS, claimed, frequencies()))
        .anyMatch(
            w -> w.contains("--warmup-schedules " + claimed) && w.contains(warmups + " warm"));
  }

  private Path record(String name, int mhz, long seed) throws IOException {
    Path recorded = Files.createDirectory(directory.resolve(name));
    run.frequencies = new int[] {1410};
    run.clocks = (stage, forward, f, done) -> mhz;
    run.seed = seed;
    run.write(recorded);
    return recorded;
  }

  private RecordingOptions options(List<Integer> frequencies, List<Integer> ofDirectory) {
    return new RecordingOptions(
        MICROBATCHES, STEPS, frequencies, null, ofDirectory, null, null, null, null, null);
  }

  @Test
  void repeatedRecordingsThatAgreeCauseNoWarning() throws IOException {
    List<Path> paths = List.of(record("a", 1410, 1), record("b", 1410, 2), record("c", 1410, 3));
    RecordingOptions options =
        new RecordingOptions(MICROBATCHES, STEPS, List.of(1410), 0, null, null, null, null, null);
    assertThat(open(paths, options).warnings().sentences()).isEmpty();
  }

  @Test
  void repeatedRecordingsThatDisagreeAreNamedAndWidenErrors() throws IOException {
    List<Path> paths = List.of(record("a", 1410, 1), record("b", 1110, 2));
    RecordingOptions options =
        new RecordingOptions(MICROBATCHES, STEPS, List.of(1410), 0, null, null, null, null, null);
    assertThat(open(paths, options).warnings().sentences())
        .isNotEmpty()
        .allMatch(w -> w.contains(paths.get(0).toString()) && w.contains(paths.get(1).toString()));
    var forward = ranks.get(0).windows().get(0).of(Instruction.FORWARD);
    assertThat(forward.durations().stderr()).isGreaterThan(0.15 * forward.durations().mean());
  }

  @Test
  void directoriesOfOneClockEachAreRefusedWithTheFlagToGive() throws IOException {
    List<Path> paths = List.of(record("a", 1410, 1), record("b", 1110, 2));
    RecordingOptions options =
        new RecordingOptions(
            MICROBATCHES, STEPS, List.of(1410, 1110), 0, null, null, null, null, null);
    assertThatThrownBy(() -> open(paths, options))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("a and", "--frequency-of-directory 1410,1110");
  }

  @Test
  void frequencyOfDirectoryGivesEachDirectoryItsRows() throws IOException {
    List<Path> paths = List.of(record("a", 1410, 1), record("b", 1110, 2), record("c", 1110, 3));
    Recording recording = open(paths, options(null, List.of(1410, 1110, 1110)));
    assertThat(recording.warnings().sentences()).isEmpty();
    for (RankEnergy rank : ranks) {
      assertThat(rank.windows()).extracting(w -> w.frequencyMhz()).containsExactly(1410, 1110);
      assertThat(rank.windows().get(1).of(Instruction.FORWARD).durations().count())
          .isEqualTo(2 * STEPS * MICROBATCHES);
    }
  }

  @Test
  void frequencyOfDirectoryNeedsOneFrequencyForEachDirectory() throws IOException {
    List<Path> paths = List.of(record("a", 1410, 1), record("b", 1110, 2));
    assertThatThrownBy(() -> open(paths, options(null, List.of(1410))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("--frequency-of-directory");
    assertThatThrownBy(() -> options(List.of(1410), List.of(1410)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("only one of them");
  }
}
