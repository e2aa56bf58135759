package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandOutcome;
import picocli.CommandLine;

/** Tests the output of {@code perseus-analyze check} for directories with different contents. */
class CheckCommandTest {
  private static final Path SAMPLE =
      Path.of(System.getProperty("perseus.root"), "sample-profiles", "bert-huge_a40_dp2");

  @TempDir Path home;

  private Path copy() throws Exception {
    try (var files = Files.list(SAMPLE)) {
      for (Path file : files.toList()) {
        Files.copy(file, home.resolve(file.getFileName()));
      }
    }
    return home;
  }

  @Test
  void completeRecordingNamesItsRanksSensorsAndTheNextCommand() {
    CommandOutcome outcome = analyze("check", SAMPLE);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("bert-huge", "simulated", "dp 2", "rank 3:", "forward", "readings of the counter")
        .contains(
            "60 schedules from 1740 MHz to 855 MHz, then the first again, iterations 5 to 126")
        .contains("Next: bin/perseus-analyze " + SAMPLE)
        .doesNotContain("missing");
  }

  @Test
  void missingLogsAreNamed() throws Exception {
    Path recording = copy();
    Files.delete(recording.resolve("time-energy-2.csv"));
    Files.deleteIfExists(recording.resolve("power-samples-2.csv"));
    Files.delete(recording.resolve("instructions-1.csv"));
    CommandOutcome outcome = analyze("check", recording);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("time-energy-2.csv is missing", "instructions-1.csv is missing");
  }

  @Test
  void logThatWasCutBeforeItsBackwardsIsAProblem() throws Exception {
    Path recording = copy();
    Path log = recording.resolve("instructions-1.csv");
    List<String> lines = Files.readAllLines(log);
    Files.write(log, lines.stream().filter(line -> !line.contains("backward")).toList());
    CommandOutcome outcome = analyze("check", recording);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("problem: " + log + ": rank 1's log has 756 forwards but no backward_microstep.")
        .contains("record again");
  }

  @Test
  void damagedLogDoesNotHideTheOtherLogsOfItsRank() throws Exception {
    Path recording = copy();
    Files.writeString(recording.resolve("instructions-1.csv"), "");
    CommandOutcome outcome = analyze("check", recording);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out())
        .contains("instructions-1.csv is empty.")
        .containsPattern(
            "rank 1: \\d+ readings of the counter, .*; \\d+ power samples; GPU states");
  }

  @Test
  void jobWithoutANamedModelIsNotCalledUnknown() throws Exception {
    Path recording = copy();
    Path manifest = recording.resolve("run.json");
    Files.writeString(manifest, Files.readString(manifest).replace("bert-huge-uncased", "unknown"));
    assertThat(analyze("check", recording).out())
        .contains(": A recording by perseus-profile (engine virtual), on simulated GPUs.");
  }

  @Test
  void recordingWithoutManifestNamesTheFlagsToGive() throws Exception {
    Path recording = copy();
    Files.delete(recording.resolve("run.json"));
    CommandOutcome outcome = analyze("check", recording);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .contains("Merak")
        .containsPattern("--num-microbatches \\d+ --num-prof")
        .contains("--warmup-schedules W", "STEPS: ", "LIST: ", "W: ")
        .doesNotContain("N: ");
  }

  @Test
  void recordingWithoutOptimizerStepsLeavesTheMicrobatchesToTheUser() throws Exception {
    Path recording = copy();
    Files.delete(recording.resolve("run.json"));
    for (int rank = 0; rank < 4; rank++) {
      Path log = recording.resolve("instructions-" + rank + ".csv");
      List<String> lines = Files.readAllLines(log);
      Files.write(log, lines.stream().filter(line -> !line.contains("optimizer")).toList());
    }
    assertThat(analyze("check", recording).out())
        .contains("--num-microbatches N ", "N: forwards of one rank in one iteration");
  }

  @Test
  void forbiddenFileIsToBeMadeReadable() throws Exception {
    Path recording = copy();
    Path log = recording.resolve("instructions-1.csv");
    Files.setPosixFilePermissions(log, Set.of());
    Assumptions.assumeFalse(Files.isReadable(log), "skipped: root may read every file");
    CommandOutcome outcome = analyze("check", recording);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out())
        .contains(log + " cannot be read: permission denied.", "Make the files readable")
        .doesNotContain("record again");
  }

  @Test
  void directoryWithOtherFilesIsNoPlaceForARecording() throws Exception {
    Files.writeString(home.resolve("notes.md"), "");
    CommandOutcome outcome = analyze("check", home);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).contains("another directory").doesNotContain("--output_dir " + home);
  }

  @Test
  void plansInsideARecordingAreSuggested() throws Exception {
    CommandOutcome outcome = analyze("pick", home, "--min-energy");
    assertThat(outcome.err()).contains("bin/perseus-analyze plan").doesNotContain("mean");
    Path inside = Files.createDirectory(home.resolve("analysis"));
    Files.writeString(inside.resolve("plans.json"), "{}");
    outcome = analyze("pick", home, "--min-energy");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("Did you mean " + inside + "?");
  }

  @Test
  void commandWithoutArgumentsNamesEverySubcommand() {
    CommandOutcome outcome = analyze();
    assertThat(outcome.exitCode()).isEqualTo(2);
    String names = outcome.err().replaceFirst("(?s).*subcommand: ([^.;]*)[.;].*", "$1");
    Set<String> every =
        new HashSet<>(new CommandLine(new AnalyzeCommand()).getSubcommands().keySet());
    every.removeAll(Set.of("completion", "help"));
    assertThat(names.split(", ")).containsExactlyInAnyOrderElementsOf(every);
  }

  @Test
  void energyWithoutInstructionsNeedsARecorder() throws Exception {
    Files.copy(SAMPLE.resolve("time-energy-0.csv"), home.resolve("time-energy-0.csv"));
    CommandOutcome outcome = analyze("check", home);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).contains("integrate.md");
  }

  @Test
  void nextCommandCanBeCopiedIfTheDirectoryHasASpace() throws Exception {
    Path results = Files.createDirectory(home.resolve("it's here"));
    Files.writeString(results.resolve("summary.json"), "{}");
    assertThat(analyze("check", results).out()).contains("pick '" + home + "/it'\\''s here' ");
  }

  @Test
  void otherDirectoriesAreRecognized() throws Exception {
    Path plans = Files.createDirectory(home.resolve("plans"));
    Files.writeString(plans.resolve("freqs_pipeline_00001.py"), "[[1410, 1410]]");
    Path results = Files.createDirectory(home.resolve("results"));
    Files.writeString(results.resolve("summary.json"), "{}");
    Path hosts = Files.createDirectory(home.resolve("hosts"));
    Path host = Files.createDirectory(hosts.resolve("host0"));
    Files.writeString(host.resolve("instructions-0.csv"), "");
    Path empty = Files.createDirectory(home.resolve("empty"));
    assertThat(analyze("check", plans).out()).contains("perseus-run --plan");
    assertThat(analyze("check", results).out()).contains("perseus-analyze pick");
    assertThat(analyze("check", hosts).out()).contains(host.toString());
    assertThat(analyze("check", host).exitCode()).isEqualTo(1);
    assertThat(analyze("check", empty).exitCode()).isEqualTo(1);
  }

  private static CommandOutcome analyze(Object... arguments) {
    return CommandOutcome.of(new AnalyzeCommand(), arguments);
  }
}
