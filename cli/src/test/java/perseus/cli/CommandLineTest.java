package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.cli.analyze.AnalyzeCommand;

class CommandLineTest {
  @TempDir Path home;

  @Test
  void flagsMayBeSpelledWithDashesOrUnderscores() {
    Outcome dashes =
        Outcome.profile(
            "gpt3-nano",
            4,
            8,
            "--engine=virtual",
            "--num-prof-steps=1",
            "--output-dir",
            home.resolve("a"));
    assertThat(dashes.exitCode()).as(dashes.err()).isZero();
    Outcome underscores = Outcome.analyze("pick", home, "--min_energy");
    assertThat(underscores.err()).contains("plans.json");
  }

  @Test
  void lastValueOfARepeatedFlagIsUsed() {
    Outcome outcome =
        Outcome.train(
            "gpt3-nano",
            4,
            8,
            "--engine",
            "djl",
            "--pp",
            4,
            "--pp",
            2,
            "--output_dir",
            home,
            "--max_steps",
            1,
            "--engine",
            "virtual");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("pp 2");
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void maximumStepsBeyondAllSchedulesRunAllSchedules() {
    Outcome outcome =
        Outcome.profile(
            "gpt3-nano",
            1,
            4,
            "--engine",
            "virtual",
            "--minimum_frequency",
            1380,
            "--num_prof_steps",
            3,
            "--max_steps",
            Integer.MAX_VALUE,
            "--output_dir",
            home);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).containsPattern("lowest +1380 MHz");
  }

  @Test
  void virtualEngineAcceptsFlagsOfTensors() {
    Outcome outcome =
        Outcome.train(
            "gpt3-nano",
            4,
            8,
            "--engine",
            "virtual",
            "--max_steps",
            1,
            "--output_dir",
            home,
            "--wall_clock_breakdown",
            true,
            "--init_method_std",
            0.02,
            "--learning_rate",
            "1e-4",
            "--seed",
            42,
            "--num_warmup_steps",
            5);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err())
        .contains("--learning_rate, --num_warmup_steps, --seed, --init_method_std")
        .contains("--wall_clock_breakdown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--save x --engine virtual",
        "--resume x --engine virtual",
        "--save_every 3",
        "--save_keep 3",
        "--save x --save_every 0",
        "--save x --save_keep 0"
      })
  void impossibleCheckpointsAreWrongUsage(String flags) {
    Outcome outcome =
        Outcome.train(
            Stream.concat(Stream.of("gpt3-nano", "1", "1"), Stream.of(flags.split(" "))).toArray());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains(flags.replaceFirst("--save x (?=--save)", "").split(" ")[0]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-huge-uncased 8 32 --partition_method custom:0,8,14,20,26 --num_prof_steps 30",
        "bloom-3b 4 128 --partition_method custom:0,10,18,26,32 --num_prof_steps 4",
        "gpt3-xl 8 128 --partition_method custom:0,8,14,21,27 --num_prof_steps 4",
        "t5-3b 4 32 --partition_method custom:0,16,33,53,74 --num_prof_steps 30",
        "wide-resnet101_8 64 24 --partition_method custom:0,7,16,25,34 --num_prof_steps 20",
        "bert-huge-uncased 8 32 --partition_method uniform_transformer --num_prof_steps 40 --pp 8 --dp 1 --tp 1",
        "bloom-3b 4 128 --partition_method custom:0,6,10,14,18,22,26,30,32 --num_prof_steps 5 --pp 8 --dp 1 --tp 1",
        "gpt3-2.7b 4 256 --partition_method uniform_transformer --num_prof_steps 4 --pp 8 --dp 1 --tp 1",
        "t5-3b 4 32 --partition_method custom:0,9,16,24,33,43,53,63,74 --num_prof_steps 20 --pp 8 --dp 1 --tp 1",
        "wide-resnet101_8 32 48 --partition_method custom:0,4,9,13,17,21,25,30,34 --num_prof_steps 20 --pp 8 --dp 1 --tp 1",
      })
  void commandsOfThePaperSucceed(String command) {
    String gpu = command.contains("--pp 8") ? "sim:a40" : "sim:a100-pcie";
    Outcome outcome =
        Outcome.train(
            Stream.of(
                    command.split(" "),
                    new String[] {"--engine", "virtual", "--gpu", gpu, "--max_steps", "1"},
                    new String[] {"--output_dir", home.toString()})
                .flatMap(Stream::of)
                .toArray());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }

  @Test
  void everyCommandPrintsHelpToStandardOutput() {
    for (Outcome help :
        List.of(
            Outcome.profile("--help"),
            Outcome.train("--help"),
            Outcome.analyze("--help"),
            Outcome.analyze("profile", "--help"),
            Outcome.analyze("plan", "--help"),
            Outcome.analyze("pick", "--help"),
            Outcome.analyze("fleet", "--help"),
            Outcome.analyze("savings", "--help"),
            Outcome.analyze("evaluate", "--help"),
            Outcome.analyze("chart", "--help"))) {
      assertThat(help.exitCode()).isZero();
      assertThat(help.out()).startsWith("Usage: ").doesNotContain("${");
      assertThat(help.err()).isEmpty();
    }
  }

  @Test
  void helpCommandPrintsTheSameAsTheHelpFlag() {
    assertThat(Outcome.analyze("help").out()).isEqualTo(Outcome.analyze("--help").out());
    assertThat(Outcome.analyze("help", "plan").out())
        .isEqualTo(Outcome.analyze("plan", "--help").out());
  }

  @Test
  void everyCommandPrintsItsVersion() {
    for (Outcome version :
        List.of(
            Outcome.profile("--version"),
            Outcome.train("--version"),
            Outcome.analyze("--version"),
            Outcome.analyze("plan", "--version"))) {
      assertThat(version.exitCode()).isZero();
      assertThat(version.out()).matches("Perseus \\d+\\.\\d+\\.\\d+\\S*\n");
    }
  }

  /**
   * Returns whether the last build is newer than all source files. The launcher makes the same
   * check.
   */
  private static boolean isBuilt(Path root) throws IOException {
    Path stamp = root.resolve("cli/target/built");
    if (!Files.exists(stamp)) {
      return false;
    }
    FileTime built = Files.getLastModifiedTime(stamp);
    List<Path> sources = new ArrayList<>(List.of(root.resolve("pom.xml")));
    for (String module : List.of("analysis", "analysis-cli", "trainer", "cli")) {
      sources.add(root.resolve(module).resolve("pom.xml"));
      try (Stream<Path> files = Files.walk(root.resolve(module).resolve("src/main"))) {
        files.forEach(sources::add);
      }
    }
    for (Path source : sources) {
      if (Files.getLastModifiedTime(source).compareTo(built) > 0) {
        return false;
      }
    }
    return true;
  }

  @Test
  void failedWriteToStandardOutputIsAFailureUnlessTheReaderClosedThePipe()
      throws IOException, InterruptedException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "/dev/full exists on Linux only");
    Path err = home.resolve("err.txt");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        List.of(
            java,
            "-cp",
            System.getProperty("java.class.path"),
            AnalyzeCommand.class.getName(),
            "--help");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    assertThat(builder.redirectOutput(full.toFile()).start().waitFor()).isEqualTo(1);
    assertThat(Files.readString(err))
        .contains("Standard output", "No space left on device")
        .hasLineCount(1);

    Process unread = builder.redirectOutput(ProcessBuilder.Redirect.PIPE).start();
    unread.getInputStream().close();
    assertThat(unread.waitFor()).isZero();
    assertThat(err).isEmptyFile();
  }

  @Test
  void oldChartsAreDeletedOnlyWhenNewOnesAreWritten() throws IOException {
    List<String> rows = new ArrayList<>(List.of("stage,instruction,frequency,time,energy"));
    for (String row : List.of("1410,1,300", "1005,1.3,250")) {
      rows.add("0,forward," + row);
      rows.add("0,backward," + row);
    }
    Path profile = Files.write(home.resolve("profile.csv"), rows);
    Path plans = home.resolve("plans");
    Object[] plan = {
      "plan", profile, "--num-microbatches", 2, "--blocking-power", 80, "-o", plans, "--baselines"
    };
    Object[] drawn = Stream.concat(Stream.of(plan), Stream.of("uniform")).toArray();
    Outcome first = Outcome.analyze(drawn);
    assertThat(first.exitCode()).as(first.err()).isZero();
    Files.copy(plans.resolve("profile-stage-0.png"), plans.resolve("profile-stage-7.png"));
    // A directory has the name of a chart file, so this chart cannot be written. The charts of the
    // earlier run must stay.
    Files.delete(plans.resolve("frontier.png"));
    Files.createDirectories(plans.resolve("frontier.png/full"));
    assertThat(Outcome.analyze(drawn).exitCode()).isEqualTo(1);
    assertThat(plans.resolve("timeline.png")).isNotEmptyFile();
    assertThat(plans.resolve("profile-stage-7.png")).isNotEmptyFile();
    Files.delete(plans.resolve("frontier.png/full"));
    Files.delete(plans.resolve("frontier.png"));
    assertThat(Outcome.analyze(drawn).exitCode()).isZero();
    assertThat(plans.resolve("timeline.png")).isNotEmptyFile();
    assertThat(plans.resolve("profile-stage-7.png")).doesNotExist();
  }

  @Test
  void demoWithoutADirectoryWritesNothing() throws IOException, InterruptedException {
    Path demo = Path.of(System.getProperty("perseus.root", "..")).resolve("bin/perseus-demo");
    for (String argument : List.of("", "--foo", "-x")) {
      Path err = home.resolve("err.txt");
      Process process =
          new ProcessBuilder(demo.toAbsolutePath().toString(), argument)
              .directory(Files.createDirectories(home.resolve("empty")).toFile())
              .redirectError(err.toFile())
              .start();
      assertThat(process.waitFor()).isEqualTo(2);
      assertThat(Files.readString(err)).contains("Usage: bin/perseus-demo");
      assertThat(home.resolve("empty")).isEmptyDirectory();
    }
  }

  @Test
  void launcherWorksFromAnotherDirectoryAndThroughALink() throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("perseus.root", ".."));
    assumeTrue(
        isBuilt(root),
        "bin/perseus-analyze would rebuild what this build uses; run it once before this test");
    Path link =
        Files.createSymbolicLink(
            home.resolve("analyze"), root.resolve("bin/perseus-analyze").toAbsolutePath());
    Path out = home.resolve("out.txt");
    Process process =
        new ProcessBuilder(link.toString(), "/no such directory")
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(Files.readString(out)).endsWith("/no such directory does not exist.\n");
  }
}
