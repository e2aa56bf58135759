package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.recording.run.RunManifest;

/** Analyzes the recordings of ranks, and replays the resulting plans. */
@Tag("slow")
class RankRecordingTest {
  private static final List<Object> JOB =
      List.of(
          "gpt3-nano",
          4,
          4,
          "--pp",
          2,
          "--gpu",
          "sim:a100-sxm",
          "--num_prof_steps",
          2,
          "--sim_slowdown",
          2);

  @TempDir Path home;

  @Test
  void recordingCanBeAnalyzedAndItsPlansReplayed() throws Exception {
    Path run = home.resolve("run");
    Outcome profiled =
        succeeded(
            job("--export_timing_csv", true, "--minimum_frequency", 1380, "--output_dir", run));
    assertThat(profiled.out()).contains("simulated").contains("perseus-analyze");
    assertThat(profiled.err()).contains("(warm-up)").contains("loss ").contains("1380 MHz");
    Matcher pace = Pattern.compile("--sim_slowdown ([0-9.]+)\\.").matcher(profiled.err());
    assertThat(pace.find()).as(profiled.err()).isTrue();
    RunManifest manifest = RunManifest.read(run.resolve("run.json"));
    assertThat(manifest.simulated()).isTrue();
    assertThat(manifest.engine()).isEqualTo("djl");
    assertThat(manifest.schedules()).hasSize(5);

    Path plans = home.resolve("plans");
    Outcome analyzed = Outcome.analyze(run, "-o", plans, "--plans", 3);
    assertThat(analyzed.exitCode()).as(analyzed.err()).isZero();

    Outcome replayed =
        succeeded(
            job(
                "--plan",
                plans.resolve("plans/freqs_pipeline_00000.py"),
                "--sim_slowdown",
                pace.group(1),
                "--output_dir",
                home.resolve("replay")));
    assertThat(replayed.err()).doesNotContain("replay plans");
    assertThat(replayed.out()).contains("predicted", "measured", "freqs_pipeline_00000.py");
  }

  @Test
  void nodesCanRecordIntoTheSameDirectory() throws Exception {
    Path run = Files.createDirectory(home.resolve("shared"));
    Files.writeString(run.resolve("instructions-7.csv"), "of an earlier run");
    Files.writeString(run.resolve("run.json"), "{}");
    int port = RankFailureTest.freePort();
    List<Object> arguments = new ArrayList<>(JOB);
    arguments.addAll(
        List.of("--export_timing_csv", true, "--max_steps", 3, "--output_dir", run, "--overwrite"));
    arguments.addAll(List.of("--seq_length", 16));
    try (RankJob first = RankJob.start(home, RankFailureTest.node(0, port), arguments.toArray());
        RankJob second = RankJob.start(home, RankFailureTest.node(1, port), arguments.toArray())) {
      assertThat(second.end().exitCode()).as(second.err()).isZero();
      assertThat(first.end().exitCode()).as(first.err()).isZero();
      assertThat(second.out()).contains("node 0 has the results");
    }
    assertThat(run.toFile().list())
        .containsExactlyInAnyOrder(
            "run.json",
            "gpu-state-0.csv",
            "gpu-state-1.csv",
            "instructions-0.csv",
            "instructions-1.csv",
            "power-samples-0.csv",
            "power-samples-1.csv",
            "time-energy-0.csv",
            "time-energy-1.csv");
    assertThat(RunManifest.read(run.resolve("run.json")).ranks()).hasSize(2);
  }

  private RankJob job(Object... more) throws Exception {
    List<Object> arguments = new ArrayList<>(JOB);
    arguments.addAll(List.of(more));
    return RankJob.start(home, Map.of(), arguments.toArray());
  }

  private static Outcome succeeded(RankJob job) throws Exception {
    try (job) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      return outcome;
    }
  }
}
