package perseus.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandOutcome;

/**
 * Tests that the command {@code evaluate} reports on all kinds of sources, and that it refuses
 * wrong sources.
 */
@Tag("slow")
class AnalyzeEvaluateCommandTest {
  private static final Path SAMPLES =
      Path.of(System.getProperty("perseus.root"), "sample-profiles");

  @TempDir Path home;
  private Path profile;

  @BeforeEach
  void write() throws IOException {
    profile = Files.createDirectory(home.resolve("my profiles")).resolve("tiny.csv");
    Files.writeString(
        profile,
        """
        stage,instruction,frequency,time,energy
        0,forward,1410,1,300
        0,forward,1005,1.5,150
        0,backward,1410,1,300
        0,backward,1005,1.5,150
        """);
  }

  private static CommandOutcome evaluate(Object... arguments) {
    return CommandOutcome.of(
        new AnalyzeCommand(), Stream.concat(Stream.of("evaluate"), Stream.of(arguments)).toArray());
  }

  private CommandOutcome tiny(Object... more) {
    return evaluate(
        Stream.concat(
                Stream.of(profile, "--num-microbatches", 5, "--blocking-power", 80),
                Stream.of(more))
            .toArray());
  }

  @Test
  void profileIsReportedWithBoundAndReferenceFigures() {
    CommandOutcome outcome = tiny();
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    // If an iteration may take 1.2 times as long, 4 of its 10 operations can run 0.5 s longer. Each
    // of the 4 operations then needs 150 J less.
    assertThat(outcome.out())
        .containsPattern("\\| tiny +\\| +\\| this planner +\\| unknown +\\| +0.00 \\| +0.00 \\|")
        .containsPattern("\\| tiny .* this planner .* 20.00 \\|\n")
        .containsPattern("\\| tiny .* bound: no plan saves more .* 20.00 \\|\n")
        .containsPattern("gpt3-xl .*\\| paper +\\| +13.2 \\|");
  }

  @Test
  void recordingIsAnalyzedAndSaysThatItIsSimulated() {
    CommandOutcome outcome = evaluate(SAMPLES.resolve("bert-huge_a40_dp2"));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsPattern("bert-huge-uncased \\| NVIDIA A40 +\\| this planner +\\| simulated")
        .contains("Warnings and assumptions");
    assertThat(outcome.err()).contains("warning: ");
  }

  @Test
  void reportGoesToFilesInBothFormats() throws IOException {
    Path markdown = home.resolve("e.md");
    Path page = home.resolve("e.html");
    CommandOutcome outcome = tiny("-o", markdown, "--html", page);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).isEqualTo("%s%n%s%n".formatted(markdown, page));
    assertThat(Files.readString(markdown)).startsWith("# ").contains("| tiny");
    assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").contains("<svg", "tiny");
  }

  @Test
  void commandsRecordEachWorkloadAndEvaluateThem() {
    CommandOutcome outcome = evaluate("--commands");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out().lines())
        .hasSize(15)
        .allMatch(line -> line.startsWith("bin/perseus-"))
        .filteredOn(line -> line.contains("perseus-profile"))
        .allMatch(line -> line.contains("--engine virtual --gpu sim:"))
        .doesNotHaveDuplicates();
  }

  @Test
  void filesThatAreReadStay() throws IOException {
    String before = Files.readString(profile);
    assertThat(tiny("-o", profile).exitCode()).isEqualTo(2);
    assertThat(tiny("--html", profile).exitCode()).isEqualTo(2);
    assertThat(Files.readString(profile)).isEqualTo(before);
    Path both = home.resolve("both");
    assertThat(tiny("-o", both, "--html", both).exitCode()).isEqualTo(2);
    assertThat(evaluate("--published", home, "-o", home.resolve("x.md")).err())
        .contains("write elsewhere");
    Path log = SAMPLES.resolve("bert-huge_a40_dp2/instructions-0.csv");
    assertThat(evaluate(SAMPLES.resolve("bert-huge_a40_dp2"), "-o", log).exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x.csv --blocking-power -1",
        "x.csv --blocking-power NaN",
        "x.csv --num-microbatches 0",
        "x.csv --num-microbatches few",
        "x.csv --format text",
      })
  void wrongFlagsAreWrongUsage(String arguments) {
    CommandOutcome outcome =
        evaluate((Object[]) arguments.replaceFirst("^$", "--verbose").split(" "));
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("evaluate --help");
  }

  @Test
  void unusableSourcesAreErrorsThatNameThem() throws IOException {
    assertThat(evaluate(home.resolve("none")).err()).contains("none does not exist");
    assertThat(evaluate(profile).err()).contains("tiny.csv", "--blocking-power");
    assertThat(evaluate(profile, "--blocking-power", 80).err())
        .contains("tiny.csv", "--num-microbatches");
    Path flat = home.resolve("flat.csv");
    Files.writeString(
        flat, "stage,instruction,frequency,time,energy\n0,forward,1,1,1\n0,backward,1,1,1\n");
    CommandOutcome outcome = evaluate(flat, "--blocking-power", 80, "--num-microbatches", 2);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("flat.csv", "nothing to plan");
  }
}
