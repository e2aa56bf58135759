package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.recording.log.IterationRange;
import perseus.recording.log.RankPlace;
import perseus.recording.log.RankRecording;
import perseus.recording.log.Window;
import perseus.recording.run.RankOrder;
import perseus.recording.run.RecordingOptions;
import perseus.recording.run.RunManifest;
import perseus.recording.run.SupportedFrequencies;

/**
 * Tests recordings with a file run.json, and the texts with which users name frequencies and rank
 * orders.
 */
class ManifestRecordingTest {
  private static final int MICROBATCHES = 3;

  @TempDir Path directory;

  /** Returns two warm-ups, two frequencies and the schedule of a plan, with two iterations each. */
  private static List<RunManifest.Schedule> schedules() {
    return List.of(
        new RunManifest.Schedule(0, true, 1410, null, 1, 2, null, null, null),
        new RunManifest.Schedule(1, true, 1410, null, 3, 4, null, null, null),
        new RunManifest.Schedule(2, false, 1410, null, 5, 6, null, null, null),
        new RunManifest.Schedule(3, false, 1395, null, 7, 8, null, null, null),
        new RunManifest.Schedule(
            4, false, null, "freqs_pipeline_00001.py", 9, 10, null, null, null));
  }

  /**
   * Returns schedules with different numbers of iterations. The last schedule repeats the first
   * frequency.
   */
  private static List<RunManifest.Schedule> preciseSchedules() {
    return List.of(
        new RunManifest.Schedule(0, true, 1410, null, 1, 1, null, null, null),
        new RunManifest.Schedule(1, false, 1410, null, 2, 4, null, null, null),
        new RunManifest.Schedule(2, false, 1395, null, 5, 6, null, null, null),
        new RunManifest.Schedule(3, false, 1410, null, 7, 8, null, null, true));
  }

  private void write(Path run, int ranks, int iterations) throws IOException {
    write(run, ranks, iterations, 2, schedules());
  }

  private void write(
      Path run, int ranks, int iterations, Integer steps, List<RunManifest.Schedule> schedules)
      throws IOException {
    Files.createDirectories(run);
    List<RankPlace> places = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      places.add(new RankPlace(rank, 0, rank, 0, "host", "gpu" + rank));
      StringBuilder[] groups = {new StringBuilder(), new StringBuilder(), new StringBuilder()};
      double time = 3000;
      for (int i = 0; i < iterations; i++) {
        for (int m = 0; m < MICROBATCHES; m++) {
          // The duration of a forward differs from iteration to iteration, so that tests can
          // distinguish iterations.
          double forward = 0.1 + 0.001 * (i + 1);
          line(groups[0], "forward_microstep", time, time + forward);
          line(groups[1], "backward_microstep", time + forward, time + 0.3);
          time += 0.35013;
        }
        line(groups[2], "optimizer_step", time, time + 0.02);
        time += 0.05;
      }
      Files.writeString(
          run.resolve("instructions-" + rank + ".csv"),
          "instruction,start,end\n" + groups[0] + groups[1] + groups[2]);
      StringBuilder energy = new StringBuilder("time,energy\n");
      for (int i = 0; i < 200; i++) {
        energy.append(String.format(Locale.ROOT, "%.2f,%.2f%n", 2999 + 0.1 * i, 10 + 20.0 * i));
      }
      Files.writeString(run.resolve("time-energy-" + rank + ".csv"), energy);
    }
    Files.writeString(
        run.resolve(RunManifest.FILE_NAME),
        new RunManifest(
                1,
                "perseus",
                "virtual",
                "gpt3-xl",
                "uniform",
                List.of(0, 1, 2),
                2,
                1,
                1,
                4,
                MICROBATCHES,
                "1f1b",
                steps,
                steps == null ? 0.01 : null,
                "sim:a100-pcie",
                List.of(1410, 1395),
                "simulated",
                null,
                null,
                null,
                places,
                schedules,
                null,
                null,
                null)
            .toJson());
  }

  private static void line(StringBuilder out, String name, double start, double end) {
    out.append(String.format(Locale.ROOT, "%s,%.6f,%.6f%n", name, start, end));
  }

  @Test
  void schedulesWithOneFrequencyBecomeWindows() throws IOException {
    write(directory, 2, 10);
    Recording recording = Recording.open(List.of(directory), RecordingOptions.NONE);
    RankRecording rank = recording.read(recording.ranks().get(1));
    assertThat(recording.warnings().list()).isEmpty();
    assertThat(rank.stage()).isEqualTo(1);
    assertThat(rank.windows()).extracting(Window::frequencyMhz).containsExactly(1410, 1395);
    Window first = rank.windows().get(0);
    assertThat(first.durations(Instruction.FORWARD).count()).isEqualTo(2 * MICROBATCHES);
    assertThat(first.durations(Instruction.FORWARD).mean())
        .isCloseTo(0.1055, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(first.durations(Instruction.OPTIMIZER_STEP).count()).isEqualTo(2);
  }

  @Test
  void windowsMayHaveDifferentLengths() throws IOException {
    write(directory, 2, 8, null, preciseSchedules());
    Recording recording = Recording.open(List.of(directory), RecordingOptions.NONE);
    RankRecording rank = recording.read(recording.ranks().get(0));
    assertThat(rank.windows()).extracting(Window::frequencyMhz).containsExactly(1410, 1395);
    assertThat(rank.windows()).extracting(Window::iterations).containsExactly(3, 2);
    assertThat(recording.warnings().list()).isEmpty();
    assertThat(recording.revisit())
        .hasValueSatisfying(
            s ->
                assertThat(s)
                    .contains("0.00 %")
                    .doesNotContainPattern("[1-9]\\.\\d|0\\.[1-9]|0\\.0[1-9]"));
    assertRefused("--num-prof-steps is 3", options(null, 3, null, null, null, null));
  }

  @Test
  void changeUntilTheRevisitCausesAWarning() throws IOException {
    write(directory, 2, 8, null, preciseSchedules());
    Path log = directory.resolve("time-energy-1.csv");
    StringBuilder hotter = new StringBuilder("time,energy\n");
    double joules = 0;
    for (int i = 0; i < 200; i++) {
      joules += 2999 + 0.1 * i < 3006 ? 20 : 22;
      hotter.append(String.format(Locale.ROOT, "%.2f,%.2f%n", 2999 + 0.1 * i, joules));
    }
    Files.writeString(log, hotter);
    Recording recording = Recording.open(List.of(directory), RecordingOptions.NONE);
    recording.ranks().forEach(recording::read);
    assertThat(recording.warnings().sentences())
        .singleElement()
        .asString()
        .contains("1410 MHz", "rank 1", "+10.0 %");
  }

  @Test
  void runWithoutRevisitSaysNothingAboutIt() throws IOException {
    write(directory, 2, 10);
    Recording recording = Recording.open(List.of(directory), RecordingOptions.NONE);
    recording.ranks().forEach(recording::read);
    assertThat(recording.revisit()).isEmpty();
  }

  @Test
  void iterationRangeRestrictsWindows() throws IOException {
    write(directory, 2, 10);
    Recording recording =
        Recording.open(
            List.of(directory),
            new RecordingOptions(
                null, null, null, null, null, null, null, null, IterationRange.parse("6-7")));
    RankRecording rank = recording.read(recording.ranks().get(0));
    assertThat(rank.windows()).extracting(Window::iterations).containsExactly(1, 1);
  }

  @Test
  void flagsThatContradictTheManifestAreRefused() throws IOException {
    write(directory, 2, 10);
    assertRefused("--num-microbatches is 4", options(4, null, null, null, null, null));
    assertRefused("--num-prof-steps is 3", options(null, 3, null, null, null, null));
    assertRefused("says 2;", options(null, 3, null, null, null, null));
    assertRefused("--frequencies", options(null, null, List.of(1410, 1380), null, null, null));
    assertRefused("--frequencies", options(null, null, List.of(1410), null, null, null));
    assertRefused("--warmup-schedules is 1", options(null, null, null, 1, null, null));
    assertRefused("--pp is 1", options(null, null, null, null, 1, null));
    assertRefused("--dp is 2", options(null, null, null, null, null, 2));
  }

  @Test
  void flagsThatAgreeWithTheManifestChangeNothing() throws IOException {
    write(directory, 2, 10);
    for (List<Integer> same : List.of(List.of(1410, 1395), List.of(1410, 1395, 1380))) {
      Recording recording =
          Recording.open(List.of(directory), options(MICROBATCHES, 2, same, 2, 2, 1));
      assertThat(recording.read(recording.ranks().get(1)).windows()).hasSize(2);
      assertThat(recording.warnings().list()).isEmpty();
    }
  }

  @Test
  void rankOrderThatContradictsTheManifestIsRefused() throws IOException {
    write(directory, 2, 10);
    Path run = directory.resolve(RunManifest.FILE_NAME);
    Files.writeString(run, Files.readString(run).replace("\"dp_degree\" : 1", "\"dp_degree\" : 2"));
    assertRefused(
        "--rank-order puts rank 1 on stage 0",
        new RecordingOptions(null, null, null, null, null, null, null, RankOrder.PP_DP_TP, null));
  }

  private static RecordingOptions options(
      Integer microbatches,
      Integer steps,
      List<Integer> frequencies,
      Integer warmups,
      Integer pp,
      Integer dp) {
    return new RecordingOptions(
        microbatches, steps, frequencies, warmups, pp, dp, null, null, null);
  }

  private void assertRefused(String words, RecordingOptions options) {
    assertThatThrownBy(() -> Recording.open(List.of(directory), options))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(words);
  }

  @Test
  void iterationsAfterTheEndOfTheRunAreReported() throws IOException {
    write(directory, 2, 12);
    Recording recording = Recording.open(List.of(directory), RecordingOptions.NONE);
    recording.read(recording.ranks().get(0));
    assertThat(recording.warnings().sentences())
        .singleElement()
        .asString()
        .contains("instructions-0.csv", "12 iterations", "iteration 10");
  }

  @Test
  void twoRecordingsOfOneJobAreCombined() throws IOException {
    write(directory.resolve("a"), 2, 10);
    write(directory.resolve("b"), 2, 7);
    Recording recording =
        Recording.open(
            List.of(directory.resolve("a"), directory.resolve("b")), RecordingOptions.NONE);
    RankRecording rank = recording.read(recording.ranks().get(0));
    assertThat(rank.windows()).extracting(Window::iterations).containsExactly(4, 3);
    assertThat(rank.windows().get(0).segments()).hasSize(2);
  }

  @Test
  void missingRankOfTheManifestIsRefused() throws IOException {
    write(directory, 2, 10);
    Files.delete(directory.resolve("instructions-1.csv"));
    Files.delete(directory.resolve("time-energy-1.csv"));
    assertThatThrownBy(() -> Recording.open(List.of(directory), RecordingOptions.NONE))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("rank 1 (stage 1)");
  }

  @Test
  void ranksThatAreNotInTheManifestAreLeftOut() throws IOException {
    write(directory, 2, 10);
    Files.copy(directory.resolve("instructions-1.csv"), directory.resolve("instructions-2.csv"));
    Files.copy(directory.resolve("time-energy-1.csv"), directory.resolve("time-energy-2.csv"));
    Recording recording = Recording.open(List.of(directory), RecordingOptions.NONE);
    assertThat(recording.ranks()).hasSize(2);
    assertThat(recording.warnings().list().toString()).contains("[2]");
  }

  @Test
  void manifestWithoutRanksIsRefused() throws IOException {
    write(directory, 2, 10);
    Files.writeString(
        directory.resolve(RunManifest.FILE_NAME), "{\"schema_version\": 1, \"pp_degree\": 2}");
    assertThatThrownBy(() -> Recording.open(List.of(directory), RecordingOptions.NONE))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("ranks");
  }

  @Test
  void recordingThatEndsDuringTheWarmupIsRefused() throws IOException {
    write(directory, 2, 3);
    Recording recording = Recording.open(List.of(directory), RecordingOptions.NONE);
    assertThatThrownBy(() -> recording.read(recording.ranks().get(0)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("3 complete iterations");
  }

  @Test
  void gpuNameMeansAllItsFrequencies() {
    assertThat(SupportedFrequencies.parse("a100")).hasSize(81).startsWith(1410).endsWith(210);
    assertThat(SupportedFrequencies.parse("A40")).startsWith(1740, 1725).endsWith(210);
    assertThat(SupportedFrequencies.parse("h200")).hasSize(110).startsWith(1980).endsWith(345);
    assertThat(SupportedFrequencies.parse("h100")).isEqualTo(SupportedFrequencies.parse("h200"));
    assertThat(SupportedFrequencies.parse("h100-nvl")).hasSize(97).startsWith(1785).endsWith(345);
    assertThat(SupportedFrequencies.parse("h100-pcie")).startsWith(1755, 1740).endsWith(345);
    assertThat(SupportedFrequencies.parse("l40s")).hasSize(155).startsWith(2520).endsWith(210);
    assertThat(SupportedFrequencies.parse("1410, 1395")).containsExactly(1410, 1395);
    assertThatThrownBy(() -> SupportedFrequencies.parse("a200")).isInstanceOf(UserError.class);
  }

  /** The driver of a B200 reports 247 clocks, from 1965 down to 120 MHz. */
  @Test
  void clocksOfAB200AreSevenAndAHalfMegahertzApart() {
    assertThat(SupportedFrequencies.parse("b200"))
        .hasSize(247)
        .doesNotHaveDuplicates()
        .startsWith(1965, 1957, 1950, 1942)
        .endsWith(127, 120);
  }

  @Test
  void ranksArePlacedInBothRankOrders() {
    assertThat(RankOrder.DP_TP_PP.place(5, 2, 2, 2))
        .isEqualTo(new RankPlace(5, 1, 1, 0, null, null));
    assertThat(RankOrder.PP_DP_TP.place(5, 2, 2, 2))
        .isEqualTo(new RankPlace(5, 0, 1, 1, null, null));
  }
}
