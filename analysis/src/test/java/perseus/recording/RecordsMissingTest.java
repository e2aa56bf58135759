package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.IterationRange;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Window;
import perseus.recording.run.RecordingOptions;

/**
 * Tests that records after missing records are still assigned to the right iterations, and so to
 * the right frequencies.
 *
 * <p>The recording has two stages that run three microbatches in a 1F1B schedule, for twelve
 * iterations at three frequencies. The duration of a forward shows at which frequency it ran.
 */
class RecordsMissingTest {
  private static final int MICROBATCHES = 3;
  private static final int ITERATIONS = 12;
  private static final double PERIOD = 1.2;

  @TempDir Path directory;

  @BeforeEach
  void writeCleanRecording() throws IOException {
    for (int rank = 0; rank < 2; rank++) {
      List<String> lines = new ArrayList<>(List.of("instruction,start,end"));
      for (String kind : List.of("forward_microstep", "backward_microstep", "optimizer_step")) {
        for (int k = 0; k < ITERATIONS; k++) {
          lines.addAll(records(rank, k, kind));
        }
      }
      Files.write(instructions(rank), lines);
      List<String> readings = new ArrayList<>(List.of("time,energy"));
      for (int i = 0; i < 200; i++) {
        readings.add(String.format(Locale.ROOT, "%.2f,%.2f", 999 + 0.1 * i, 10 + 20.0 * i));
      }
      Files.write(directory.resolve("time-energy-" + rank + ".csv"), readings);
    }
  }

  private static List<String> records(int rank, int iteration, String kind) {
    double begin = 1000 + PERIOD * iteration;
    double forward = forwardSeconds(iteration);
    if (kind.startsWith("optimizer")) {
      return List.of(
          SmallRecording.record(kind, begin + 1.1 - 0.2 * rank, begin + 1.12 - 0.2 * rank));
    }
    boolean forwards = kind.startsWith("forward");
    double[][] starts = {{0, 0.1, 0.45}, {0.3, 0.6, 0.9}, {0.1, 0.35, 0.6}, {0.16, 0.42, 0.7}};
    double seconds = forwards ? forward : 0.12;
    return IntStream.range(0, MICROBATCHES)
        .mapToDouble(m -> begin + starts[2 * rank + (forwards ? 0 : 1)][m])
        .mapToObj(start -> SmallRecording.record(kind, start, start + seconds))
        .toList();
  }

  /**
   * Returns the duration in seconds of each forward of an iteration. Iterations are counted from 0.
   */
  private static double forwardSeconds(int iteration) {
    return 0.05 + 0.002 * (iteration / 4);
  }

  private Path instructions(int rank) {
    return directory.resolve("instructions-" + rank + ".csv");
  }

  /**
   * Removes the lines of a rank's instruction log whose numbers {@code hole} accepts. Lines are
   * counted from 1.
   */
  private void remove(int rank, Predicate<Integer> hole) throws IOException {
    List<String> lines = Files.readAllLines(instructions(rank));
    List<String> kept = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!hole.test(i + 1)) {
        kept.add(lines.get(i));
      }
    }
    Files.write(instructions(rank), kept);
  }

  /**
   * Removes all records of a rank that start in a time span. The span begins at {@code from} and
   * ends before {@code to}. Both times are counted in iteration periods since the start of the run.
   */
  private void removeTime(int rank, double from, double to) throws IOException {
    List<String> lines = Files.readAllLines(instructions(rank));
    lines.removeIf(
        line -> {
          String start = line.split(",")[1];
          double k = start.equals("start") ? -1 : (Double.parseDouble(start) - 1000) / PERIOD;
          return k >= from && k < to;
        });
    Files.write(instructions(rank), lines);
  }

  private void removeOptimizerSteps(int rank) throws IOException {
    List<String> lines = Files.readAllLines(instructions(rank));
    lines.removeIf(line -> line.startsWith("optimizer"));
    Files.write(instructions(rank), lines);
  }

  private Recording open(IterationRange range) {
    return Recording.open(
        List.of(directory),
        new RecordingOptions(
            MICROBATCHES, 4, List.of(1410, 1200, 1005), 0, null, null, null, null, range));
  }

  /**
   * Returns the number of iterations at each frequency. Checks by the durations of forwards that
   * the iterations ran at the right frequency.
   */
  private List<Integer> iterations(Recording recording, int rank) {
    RankRecording read = recording.read(recording.ranks().get(rank));
    TreeMap<Integer, Integer> left = new TreeMap<>();
    for (Window window : read.windows()) {
      left.put(-window.frequencyMhz(), window.iterations());
      int label = List.of(1410, 1200, 1005).indexOf(window.frequencyMhz());
      assertThat(window.durations(Instruction.FORWARD).mean())
          .as(window.frequencyMhz() + " MHz")
          .isCloseTo(forwardSeconds(4 * label), within(1e-6));
      assertThat(window.durations(Instruction.FORWARD).count())
          .isEqualTo((long) MICROBATCHES * window.iterations());
    }
    return List.copyOf(left.values());
  }

  private void assertLeaves(int rank, String named, Integer... left) {
    Recording recording = open(null);
    assertThat(iterations(recording, rank)).containsExactly(left);
    assertThat(recording.warnings().sentences())
        .filteredOn(sentence -> sentence.contains("missing or overlap"))
        .singleElement()
        .asString()
        .contains("instructions-" + rank + ".csv: " + named + " of rank " + rank, "left out");
  }

  @Test
  void theSameBackwardIsMissingInEveryIteration() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(instructions(1)));
    int[] backwards = {0};
    lines.removeIf(
        line -> line.startsWith("backward") && backwards[0]++ % MICROBATCHES == MICROBATCHES - 1);
    Files.write(instructions(1), lines);
    assertThatThrownBy(
            () -> {
              Recording recording = open(null);
              recording.read(recording.ranks().get(1));
            })
        .isInstanceOf(UserError.class)
        .hasMessageContaining("instructions-1.csv")
        .hasMessageContaining("3 forwards but 2 records of backward_microstep in each iteration");
  }

  @Test
  void gapOfWholeIterationsInOneKindShiftsNoRecords() throws IOException {
    remove(1, line -> line >= 8 && line < 14);
    assertLeaves(1, "iterations 3-4", 2, 4, 4);
  }

  @Test
  void gapAcrossIterationsOfAllKindsIsResolvedByTheOtherRank() throws IOException {
    removeTime(1, 2.4, 5.3);
    assertLeaves(1, "iterations 3-6", 2, 2, 4);
  }

  @Test
  void gapOfWholeIterationsOfAllKindsIsResolvedByTheOtherRank() throws IOException {
    for (int rank = 0; rank < 2; rank++) {
      writeCleanRecording();
      removeOptimizerSteps(rank);
      removeTime(rank, 3.99, 6.99);
      assertLeaves(rank, "iterations 5-7", 4, 1, 4);
    }
  }

  @Test
  void gapAtTheStartIsResolvedByTheOtherRank() throws IOException {
    removeTime(0, 0, 2.5);
    assertLeaves(0, "iterations 1-3", 1, 4, 4);
  }

  @Test
  void missingOrGarbledLineLeavesOnlyItsIterationOut() throws IOException {
    for (int line : new int[] {10, 46, 76}) {
      writeCleanRecording();
      remove(0, number -> number == line);
      assertLeaves(0, "iteration 3", 3, 4, 4);
      List<String> lines = Files.readAllLines(instructions(0));
      lines.add(line - 1, "garbage");
      Files.write(instructions(0), lines);
      assertLeaves(0, "iteration 3", 3, 4, 4);
    }
  }

  @Test
  void gapsOfSeveralRanksAreResolvedByTheirCompleteKinds() throws IOException {
    remove(0, line -> line >= 8 && line < 14);
    remove(1, line -> line >= 48 && line < 51);
    assertLeaves(0, "iterations 3-4", 2, 4, 4);
    assertLeaves(1, "iterations 4-5", 3, 3, 4);
  }

  @Test
  void differentClocksAreRefused() throws IOException {
    removeOptimizerSteps(1);
    removeTime(1, 2.4, 5.3);
    List<String> clean = Files.readAllLines(instructions(1));
    for (double off : new double[] {0.5 * PERIOD, PERIOD, -PERIOD, -1.5 * PERIOD}) {
      List<String> lines = new ArrayList<>(clean.subList(0, 1));
      for (String line : clean.subList(1, clean.size())) {
        lines.add(shifted(line, off));
      }
      Files.write(instructions(1), lines);
      assertThatThrownBy(() -> iterations(open(null), 1))
          .as("off by " + off)
          .isInstanceOf(UserError.class)
          .hasMessageContaining("instructions-1.csv lacks records")
          .hasMessageContaining("rank 0")
          .hasMessageContaining("clocks");
    }
  }

  @Test
  void gapInAllKindsOfAllRanksIsRefused() throws IOException {
    for (int rank = 0; rank < 2; rank++) {
      removeTime(rank, 2.3, 5.4);
    }
    assertThatThrownBy(() -> iterations(open(null), 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no other rank has a complete log");
  }

  @Test
  void gapOfWholeIterationsInAllRanksIsReported() throws IOException {
    for (int rank = 0; rank < 2; rank++) {
      removeTime(rank, 5.99, 7.99);
    }
    Recording recording = open(null);
    recording.read(recording.ranks().get(0));
    assertThat(recording.warnings().sentences())
        .anySatisfy(
            sentence -> assertThat(sentence).contains("10 of 12 iterations", "after iteration 6"));
    assertThat(iterations(open(new IterationRange(1, 6)), 0)).containsExactly(4, 2);
  }

  /**
   * A log lists all records of one instruction, then all records of the next instruction. If the
   * end of the log is cut off, only the last instructions lack records.
   */
  @Test
  void logThatIsCutAmongItsBackwardsKeepsIterationsWithAllBackwards() throws IOException {
    for (boolean killed : new boolean[] {false, true}) {
      writeCleanRecording();
      for (int rank = 0; killed && rank < 2; rank++) {
        removeTime(rank, 10.99, 20);
      }
      int forwards = MICROBATCHES * (killed ? 11 : 12);
      remove(1, line -> line > 1 + forwards + 5 * MICROBATCHES - 1);
      Recording recording = open(null);
      assertThat(iterations(recording, 1)).containsExactly(4);
      assertThat(recording.warnings().sentences())
          .filteredOn(sentence -> sentence.contains("was the file cut off?"))
          .singleElement()
          .asString()
          .contains(
              "instructions-1.csv: rank 1's log has " + forwards + " forwards but 14 backwards",
              "iterations 5 to " + (killed ? 11 : 12) + " are left out");
      assertThat(iterations(recording, 0)).containsExactly(4, 4, killed ? 3 : 4);
    }
  }

  @Test
  void logWithoutACompleteIterationIsRefusedWithWhatIsMissing() throws IOException {
    remove(1, line -> line > 39);
    assertRefused("No iteration of rank 1 is left", "has 36 forwards but 2 backwards");
  }

  @Test
  void logWithoutBackwardsIsRefused() throws IOException {
    remove(1, line -> line > 37);
    assertRefused("instructions-1.csv: rank 1's log has 36 forwards but no backward_microstep");
    remove(0, line -> line > 37);
    assertRefused("has 36 forwards but no backward_microstep");
  }

  @Test
  void logWithoutBackwardsOfARanksSecondStageIsRefused() throws IOException {
    for (int rank = 0; rank < 2; rank++) {
      List<String> lines = Files.readAllLines(instructions(rank));
      List<String> second = new ArrayList<>(lines.subList(1, 37));
      second.replaceAll(
          line -> {
            double start = Double.parseDouble(line.split(",")[1]);
            return SmallRecording.record("forward_1", start + 0.055, start + 0.058);
          });
      lines.addAll(37, second);
      Files.write(instructions(rank), lines);
    }
    assertRefused("rank 1's log has 36 forward_1 but no backward_1");
  }

  @Test
  void logWithoutForwardsIsRefused() throws IOException {
    remove(1, line -> line > 1 && line < 38);
    assertRefused("instructions-1.csv has 36 backwards but no forward_microstep");
  }

  @Test
  void logWithFewForwardsIsRefusedWithTheirNumber() throws IOException {
    remove(1, line -> line > 1 && line < 26);
    assertRefused("rank 1's log has 36 backwards but 12 forwards");
  }

  @Test
  void backwardsMayHaveAnotherNameOnAllRanks() throws IOException {
    for (String name : List.of("bwd", "weight_backward")) {
      writeCleanRecording();
      for (int rank = 0; rank < 2; rank++) {
        List<String> lines = Files.readAllLines(instructions(rank));
        lines.replaceAll(line -> line.replace("backward_microstep", name));
        Files.write(instructions(rank), lines);
      }
      assertThat(iterations(open(null), 1)).containsExactly(4, 4, 4);
      remove(1, line -> line > 52);
      assertThat(iterations(open(null), 1)).containsExactly(4, 1);
    }
    writeCleanRecording();
    List<String> lines = Files.readAllLines(instructions(1));
    lines.replaceAll(line -> line.replace("backward_microstep", "send_gradients"));
    Files.write(instructions(1), lines);
    assertRefused("rank 1's log has 36 forwards but no backward_microstep");
  }

  @Test
  void missingOptimizerStepsCountAsWaiting() throws IOException {
    for (int kept : new int[] {0, 3}) {
      writeCleanRecording();
      remove(1, line -> line > 73 + kept);
      Recording recording = open(null);
      RankComparison comparison = new RankComparison();
      recording.ranks().forEach(rank -> comparison.add(recording.read(rank)));
      comparison.report(recording.warnings());
      assertThat(iterations(recording, 1)).containsExactly(4, 4, 4);
      assertThat(recording.warnings().sentences())
          .singleElement()
          .asString()
          .contains("Rank 1 recorded " + kept + " optimizer steps in 12 iterations", "rank 0");
    }
  }

  private static String shifted(String line, double seconds) {
    String[] fields = line.split(",");
    return SmallRecording.record(
        fields[0],
        Double.parseDouble(fields[1]) + seconds,
        Double.parseDouble(fields[2]) + seconds);
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(() -> iterations(open(null), 1))
        .isInstanceOf(UserError.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }
}
