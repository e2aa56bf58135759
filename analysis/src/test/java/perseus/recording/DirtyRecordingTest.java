package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.EnergyLog;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Warning;
import perseus.recording.log.Window;
import perseus.recording.run.RecordingOptions;

/** Tests that each kind of damage to a recording is repaired, left out or refused. */
class DirtyRecordingTest {
  private static final int MICROBATCHES = SmallRecording.MICROBATCHES;
  private static final int STEPS = SmallRecording.STEPS;

  private static final RecordingOptions OPTIONS = SmallRecording.OPTIONS;

  @TempDir Path directory;

  @BeforeEach
  void writeCleanRecording() throws IOException {
    SmallRecording.write(directory);
  }

  private Path instructions(int rank) {
    return directory.resolve("instructions-" + rank + ".csv");
  }

  private Path energy(int rank) {
    return directory.resolve("time-energy-" + rank + ".csv");
  }

  private static void edit(Path file, UnaryOperator<List<String>> change) throws IOException {
    Files.write(file, change.apply(new ArrayList<>(Files.readAllLines(file))));
  }

  private static void setLine(Path file, int line, String text) throws IOException {
    edit(
        file,
        lines -> {
          lines.set(line - 1, text);
          return lines;
        });
  }

  /** Holds the recording of rank 0 and the warnings about it. */
  private record Outcome(RankRecording rank, List<Warning> warnings) {
    int iterations() {
      return rank.windows().stream().mapToInt(Window::iterations).sum();
    }
  }

  private Outcome read() {
    Recording recording = Recording.open(List.of(directory), OPTIONS);
    RankRecording rank = recording.read(recording.ranks().get(0));
    return new Outcome(rank, recording.warnings().list());
  }

  private void assertWarns(Outcome outcome, Warning.Kind kind, String... words) {
    assertThat(outcome.warnings)
        .anySatisfy(
            warning -> {
              assertThat(warning.kind()).isEqualTo(kind);
              assertThat(warning.message()).contains(words);
            });
  }

  private void assertRefused(String... words) {
    assertThatThrownBy(this::read)
        .isInstanceOf(UserError.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  @Test
  void cleanRecordingGivesNoWarning() {
    Outcome outcome = read();
    assertThat(outcome.warnings).isEmpty();
    assertThat(outcome.iterations()).isEqualTo(2 * STEPS);
    assertThat(outcome.rank.windows()).extracting(Window::frequencyMhz).containsExactly(1410, 1200);
    assertThat(outcome.rank.windows().get(0).durations(Instruction.FORWARD).mean())
        .isCloseTo(0.1, org.assertj.core.data.Offset.offset(1e-9));
  }

  @Test
  void windowsLineEndsAndAMissingLastNewlineAreAccepted() throws IOException {
    for (Path file : List.of(instructions(0), energy(0))) {
      Files.writeString(file, String.join("\r\n", Files.readAllLines(file)));
    }
    assertThat(read().warnings).isEmpty();
  }

  @Test
  void extraColumnsInAnotherOrderAreAccepted() throws IOException {
    edit(
        energy(0),
        lines -> {
          lines.replaceAll(line -> "7," + line.split(",")[1] + "," + line.split(",")[0]);
          lines.set(0, "index,energy,time");
          return lines;
        });
    assertThat(read().warnings).isEmpty();
  }

  @Test
  void cutLastLineIsDroppedWithAWarning() throws IOException {
    String text = Files.readString(instructions(0));
    Files.writeString(instructions(0), text.substring(0, text.length() - 12));
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "instructions-0.csv, line 81", "cut");
    assertThat(outcome.iterations()).isEqualTo(2 * STEPS - 1);
  }

  @Test
  void cutLastReadingIsDroppedWithAWarning() throws IOException {
    String text = Files.readString(energy(0));
    Files.writeString(energy(0), text.substring(0, text.length() - 10));
    assertWarns(read(), Warning.Kind.LEFT_OUT, "time-energy-0.csv, line 171", "cut");
  }

  @Test
  void lastNumberWithMissingDigitsIsNotUsed() throws IOException {
    for (Path file : List.of(instructions(0), energy(0))) {
      String text = Files.readString(file).stripTrailing();
      Files.writeString(file, text.substring(0, text.length() - 2));
    }
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "instructions-0.csv, line 81", "cut");
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "time-energy-0.csv, line 171", "cut");
  }

  @Test
  void recordsOutOfOrderAreSorted() throws IOException {
    edit(
        instructions(0),
        lines -> {
          java.util.Collections.swap(lines, 5, 6);
          return lines;
        });
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.REPAIRED, "instructions-0.csv, line 7", "sorted");
    assertThat(outcome.iterations()).isEqualTo(2 * STEPS);
  }

  @Test
  void readingsOutOfOrderAreSorted() throws IOException {
    edit(
        energy(0),
        lines -> {
          java.util.Collections.swap(lines, 5, 6);
          return lines;
        });
    assertWarns(read(), Warning.Kind.REPAIRED, "time-energy-0.csv, line 7", "sorted");
  }

  @Test
  void duplicateReadingsCountOnce() throws IOException {
    edit(
        energy(0),
        lines -> {
          lines.add(20, lines.get(20));
          return lines;
        });
    assertWarns(read(), Warning.Kind.REPAIRED, "time-energy-0.csv, line 22", "same time");
  }

  @Test
  void repeatedRecordsCountOnce() throws IOException {
    edit(
        instructions(0),
        lines -> {
          lines.add(10, lines.get(10));
          return lines;
        });
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.REPAIRED, "instructions-0.csv, line 12", "repeats");
    assertThat(outcome.iterations()).isEqualTo(2 * STEPS);
  }

  @Test
  void counterThatWentBackIsContinued() throws IOException {
    edit(
        energy(0),
        lines -> {
          for (int i = 80; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(",");
            lines.set(i, fields[0] + "," + (Double.parseDouble(fields[1]) - 6000));
          }
          return lines;
        });
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.REPAIRED, "time-energy-0.csv, line 81", "went back");
    EnergyLog log = outcome.rank.windows().get(0).segments().get(0).energy();
    assertThat(log.energies()).isSorted();
    assertThat(log.usable()[79]).isFalse();
    assertThat(log.usable()[80]).isTrue();
  }

  @Test
  void timeWithoutAChangeOfTheCounterIsLeftOut() throws IOException {
    edit(
        energy(0),
        lines -> {
          lines.subList(60, 90).clear();
          return lines;
        });
    Outcome outcome = read();
    assertWarns(
        outcome,
        Warning.Kind.LEFT_OUT,
        "time-energy-0.csv, line 61",
        "did not change for more than 2 s");
    assertThat(outcome.rank.windows().get(0).segments().get(0).energy().usable()[59]).isFalse();
  }

  @Test
  void clockSetForwardIsLeftOut() throws IOException {
    for (Path file : List.of(energy(0), instructions(0))) {
      shiftTimes(file, 1006, 1.2);
    }
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "time-energy-0.csv, line 73", "clock was set");
    EnergyLog log = outcome.rank.windows().get(0).segments().get(0).energy();
    assertThat(log.usable()[71]).isFalse();
    assertThat(log.usable()[72]).isTrue();
  }

  @Test
  void clockSetBackIsRefused() throws IOException {
    shiftTimes(energy(0), 1006, -1.2);
    assertRefused("time-energy-0.csv, line 73", "clock was set back by 1.1 s");
  }

  @Test
  void clockSetBackByTwoReadingsIsRefused() throws IOException {
    shiftTimes(energy(0), 1006, -0.3);
    assertRefused("time-energy-0.csv, line 73", "clock was set back by 0.2 s");
  }

  @Test
  void singleReadingWithAnEarlyTimeIsRepaired() throws IOException {
    edit(
        energy(0),
        lines -> {
          String[] fields = lines.get(73).split(",");
          double time = Double.parseDouble(fields[0]) - 0.25;
          lines.set(73, String.format(Locale.ROOT, "%.4f,%s", time, fields[1]));
          return lines;
        });
    assertWarns(
        read(), Warning.Kind.REPAIRED, "time-energy-0.csv, line 74", "earlier than the one before");
  }

  /** Adds {@code seconds} to all times in a log that are later than {@code from}. */
  private static void shiftTimes(Path file, double from, double seconds) throws IOException {
    edit(
        file,
        lines -> {
          for (int i = 1; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(",");
            for (int f = 0; f < fields.length; f++) {
              boolean time = fields[f].startsWith("1") && fields[f].indexOf('.') == 4;
              if (time && Double.parseDouble(fields[f]) > from && !(f == 1 && fields.length == 2)) {
                fields[f] =
                    String.format(Locale.ROOT, "%.4f", Double.parseDouble(fields[f]) + seconds);
              }
            }
            lines.set(i, String.join(",", fields));
          }
          return lines;
        });
  }

  @Test
  void nanAndNegativeReadingsAreLeftOut() throws IOException {
    setLine(energy(0), 50, "1003.9,nan");
    setLine(energy(0), 60, "1004.9,");
    setLine(energy(0), 70, "1005.9,-3");
    assertWarns(read(), Warning.Kind.LEFT_OUT, "time-energy-0.csv, line 50", "and 2 more");
  }

  @Test
  void nanInARecordLeavesOnlyItsIterationOut() throws IOException {
    setLine(instructions(0), 7, "forward_microstep,nan,nan");
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "instructions-0.csv, line 7", "nan");
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "iteration 2 of rank 0");
    assertThat(outcome.iterations()).isEqualTo(2 * STEPS - 1);
  }

  @Test
  void endBeforeStartLeavesItsIterationOut() throws IOException {
    setLine(instructions(0), 7, SmallRecording.record("forward_microstep", 1001.75, 1001.65));
    Outcome outcome = read();
    assertWarns(
        outcome, Warning.Kind.LEFT_OUT, "instructions-0.csv, line 7", "ends before it starts");
    assertThat(outcome.iterations()).isEqualTo(2 * STEPS - 1);
  }

  @Test
  void overlappingInstructionsLeaveTheirIterationOut() throws IOException {
    setLine(instructions(0), 7, SmallRecording.record("forward_microstep", 1001.75, 1001.95));
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "overlaps");
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "iteration 2 of rank 0");
  }

  @Test
  void logsOfSeveralRanksInOneFileAreRefused() throws IOException {
    edit(
        instructions(0),
        lines -> {
          List<String> shifted = new ArrayList<>(lines);
          for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",");
            shifted.add(
                SmallRecording.record(
                    fields[0],
                    Double.parseDouble(fields[1]) + 0.06,
                    Double.parseDouble(fields[2]) + 0.06));
          }
          return shifted;
        });
    assertRefused("instructions-0.csv", "overlap", "several ranks");
  }

  @Test
  void missingRecordLeavesOnlyItsIterationOut() throws IOException {
    edit(
        instructions(0),
        lines -> {
          lines.remove(8);
          return lines;
        });
    Outcome outcome = read();
    assertWarns(
        outcome, Warning.Kind.LEFT_OUT, "instructions-0.csv: iteration 2 of rank 0", "missing");
    assertThat(outcome.iterations()).isEqualTo(2 * STEPS - 1);
  }

  @Test
  void recordsOfNearZeroLengthAtTheStartOfAGroupAreDropped() throws IOException {
    edit(
        instructions(0),
        lines -> {
          lines.add(1, SmallRecording.record("forward_microstep", 999.5, 999.50001));
          return lines;
        });
    assertThat(read().iterations()).isEqualTo(2 * STEPS);
  }

  @Test
  void shortRecordOfTwoBatchInputsIsDropped() throws IOException {
    edit(
        instructions(0),
        lines -> {
          for (int i = 0; i < 2 * STEPS * MICROBATCHES; i++) {
            double time = 1000 + 0.35 * i - 0.04;
            lines.add(String.format(Locale.ROOT, "batch_input,%.6f,%.6f", time, time + 0.012));
            lines.add(
                String.format(Locale.ROOT, "batch_input,%.6f,%.6f", time + 0.02, time + 0.020015));
          }
          return lines;
        });
    Outcome outcome = read();
    assertThat(outcome.warnings).isEmpty();
    assertThat(outcome.rank.windows().get(0).durations(Instruction.LOAD).count())
        .isEqualTo(STEPS * MICROBATCHES);
  }

  @Test
  void shortLoadIsKeptIfEachMicrobatchHasOneLoad() throws IOException {
    edit(
        instructions(0),
        lines -> {
          for (int i = 0; i < 2 * STEPS * MICROBATCHES; i++) {
            double start = 1000 + 0.35 * i - 0.04;
            double end = start + (i % 7 == 0 ? 0.000_02 : 0.012);
            lines.add(String.format(Locale.ROOT, "batch_input,%.6f,%.6f", start, end));
          }
          return lines;
        });
    Outcome outcome = read();
    assertThat(outcome.warnings).isEmpty();
    assertThat(outcome.rank.windows().get(0).durations(Instruction.LOAD).count())
        .isEqualTo(STEPS * MICROBATCHES);
  }

  @Test
  void completeIterationsOfAKilledRunAreUsed() throws IOException {
    edit(
        instructions(0),
        lines -> {
          lines.subList(1 + 80 - 7, 1 + 80).clear();
          lines.subList(1 + 40 - 6, 1 + 40).clear();
          return lines;
        });
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.DOUBTFUL, "1200 MHz", "3 of the 5 iterations");
    assertThat(outcome.iterations()).isEqualTo(STEPS + 3);
  }

  @Test
  void iterationsWithoutEnergyReadingsAreLeftOut() throws IOException {
    edit(energy(0), lines -> lines.subList(0, 100));
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "time-energy-0.csv", "no readings");
    assertThat(outcome.iterations()).isEqualTo(6);
  }

  @Test
  void logsWithoutCommonTimeAreRefused() throws IOException {
    edit(
        energy(0),
        lines -> {
          lines.replaceAll(line -> line.replaceFirst("^1?(\\d\\d\\d)\\.", "9$1."));
          return lines;
        });
    assertRefused("instructions-0.csv", "time-energy-0.csv", "no time in common");
  }

  @Test
  void missingFrequenciesAreNamed() throws IOException {
    edit(
        instructions(0),
        lines -> {
          lines.subList(61, 81).clear();
          lines.subList(21, 41).clear();
          return lines;
        });
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.LEFT_OUT, "1 of 2 frequencies", "1200 MHz");
    assertThat(outcome.iterations()).isEqualTo(STEPS);
  }

  @Test
  void missingRanksAreRefused() throws IOException {
    Files.delete(energy(1));
    assertRefused("lacks time-energy-1.csv");
    Files.delete(instructions(1));
    Files.copy(instructions(0), instructions(2));
    Files.copy(energy(0), energy(2));
    assertRefused("lacks instructions-1.csv and time-energy-1.csv of rank 1");
  }

  @Test
  void moreRanksThanTheDegreesAllowAreRefused() {
    RecordingOptions one =
        new RecordingOptions(MICROBATCHES, STEPS, List.of(1410), 0, 1, 1, 1, null, null);
    assertThatThrownBy(() -> Recording.open(List.of(directory), one))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("rank 1");
  }

  @Test
  void emptyFilesAreRefused() throws IOException {
    Files.writeString(instructions(0), "");
    assertRefused("instructions-0.csv is empty");
    Files.writeString(instructions(0), "instruction,start,end\n");
    assertRefused("instructions-0.csv holds no instruction");
  }

  @Test
  void secondHeaderIsSkipped() throws IOException {
    edit(
        instructions(0),
        lines -> {
          lines.add(41, "instruction,start,end");
          return lines;
        });
    edit(
        energy(0),
        lines -> {
          lines.add(1, "time,energy");
          return lines;
        });
    Outcome outcome = read();
    assertWarns(outcome, Warning.Kind.REPAIRED, "instructions-0.csv, line 42", "header");
    assertWarns(outcome, Warning.Kind.REPAIRED, "time-energy-0.csv, line 2", "header");
    assertThat(outcome.iterations()).isEqualTo(2 * STEPS);
  }

  @Test
  void headerWithoutAColumnIsRefused() throws IOException {
    setLine(energy(0), 1, "when,energy");
    assertRefused("time-energy-0.csv, line 1", "\"time\"");
  }

  @Test
  void textInsteadOfANumberIsRefused() throws IOException {
    setLine(energy(0), 30, "1001.9,much");
    assertRefused("time-energy-0.csv, line 30, column energy", "much");
  }

  @Test
  void emptyOrMissingDirectoriesAreRefused() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    assertThatThrownBy(() -> Recording.open(List.of(empty), OPTIONS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no files such as");
    assertThatThrownBy(() -> Recording.open(List.of(empty.resolve("none")), OPTIONS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void missingFlagIsNamedWithoutAManifest() {
    assertThatThrownBy(() -> Recording.open(List.of(directory), RecordingOptions.NONE))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("--num-microbatches");
  }
}
