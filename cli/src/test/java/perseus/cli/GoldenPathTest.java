package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Profile, analyze, pick, replay, chart: each command takes what the one before it wrote. */
class GoldenPathTest {
  private static final List<String> JOB =
      List.of("gpt3-nano", "4", "8", "--num_prof_steps", "3", "--gpu", "sim:a100-pcie");

  @TempDir Path temporary;

  @Test
  void eachCommandTakesWhatTheOneBeforeWrote() throws IOException {
    Path home = Files.createDirectory(temporary.resolve("a directory with spaces"));
    Path run = home.resolve("run");
    Path plans = home.resolve("plans");
    Path plan = home.resolve("plan.py");

    done(Outcome.profile(job("--output_dir", run)));
    assertThat(run.resolve("run.json")).exists();
    assertThat(run.resolve("instructions-3.csv")).exists();

    done(Outcome.analyze(run, "-o", plans));
    assertThat(plans)
        .isDirectoryContaining("glob:**/profile.csv")
        .isDirectoryContaining("glob:**/frontier.csv")
        .isDirectoryContaining("glob:**/frontier.png")
        .isDirectoryContaining("glob:**/summary.json");

    done(Outcome.analyze("pick", plans, "--slowdown", "1.05", "-o", plan));
    assertThat(plan).content().startsWith("[");

    Outcome replay = Outcome.profile(job("--plan", plan, "--output_dir", home.resolve("replay")));
    done(replay);
    assertThat(replay.out()).contains("predicted", "measured", "plan.py");

    Path chart = home.resolve("charts").resolve("timeline.png");
    done(Outcome.analyze("chart", "timeline", plans, "-o", chart));
    assertThat(chart).isNotEmptyFile();

    try (Stream<Path> all = Files.walk(home)) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .noneMatch(name -> name.startsWith(".tmp"));
    }
  }

  @Test
  void overwritingWithFewerRanksLeavesNoFormerRank() {
    Path run = temporary.resolve("run");
    done(Outcome.profile(job("--output_dir", run, "--num_prof_steps", "1")));

    Outcome refused = Outcome.profile(job("--output_dir", run, "--num_prof_steps", "1"));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("--overwrite");

    done(
        Outcome.profile(
            job("--output_dir", run, "--num_prof_steps", "1", "--pp", "2", "--overwrite")));
    assertThat(run.toFile().list())
        .containsExactlyInAnyOrder(
            "run.json",
            "instructions-0.csv",
            "instructions-1.csv",
            "time-energy-0.csv",
            "time-energy-1.csv");
  }

  private static Object[] job(Object... more) {
    return Stream.concat(JOB.stream(), Stream.of(more)).toArray();
  }

  private static void done(Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }
}
