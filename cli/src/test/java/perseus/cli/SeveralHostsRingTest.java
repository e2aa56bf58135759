package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records, analyzes and replays a Python job with two ranks. Two processes of {@code perseus-run}
 * record one rank each, as on two hosts.
 */
@Tag("slow")
class SeveralHostsRingTest {
  @TempDir Path home;
  private Path links;
  private int port;

  @BeforeEach
  void prepare() throws Exception {
    PythonJob.requirePython();
    links = Files.createDirectory(home.resolve("links of ranks"));
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
  }

  /**
   * Starts {@code perseus-run} as on one host, with a training command that runs one of the two
   * ranks.
   */
  private RankJob start(int host, int iterations, Object... flags) throws Exception {
    List<Object> all = new ArrayList<>(List.of("--nnodes", 2, "--node_rank", host));
    all.addAll(List.of("--agent_addr", "127.0.0.1:" + port));
    all.addAll(List.of("--gpu", "sim:a100-pcie,cap=600", "--sim_slowdown", 2));
    all.addAll(List.of(flags));
    List<String> command =
        PythonJob.command(
            "--ranks",
            2,
            "--microbatches",
            3,
            "--forward",
            0.004,
            "--iterations",
            iterations,
            "--hosts",
            2,
            "--host",
            host,
            "--links",
            links);
    return PythonJob.run(home, Map.of(), all, command);
  }

  private Outcome run(Object output0, Object output1, Object... flags) throws Exception {
    List<Object> all = new ArrayList<>(List.of(flags));
    all.addAll(List.of("--stop", "--output_dir"));
    all.add(output0);
    try (RankJob first = start(0, 1000, all.toArray())) {
      all.set(all.size() - 1, output1);
      try (RankJob second = start(1, 1000, all.toArray())) {
        Outcome following = second.end();
        assertThat(following.exitCode()).as(following.err()).isZero();
      }
      Outcome leading = first.end();
      assertThat(leading.exitCode()).as(leading.err()).isZero();
      return leading;
    }
  }

  @Test
  void aJobIsProfiledOnTwoHostsAndItsPlanReplayed() throws Exception {
    Path first = home.resolve("host 0");
    Path second = home.resolve("host 1");
    Outcome profiling = run(first, second, "--num_prof_steps", 4, "--minimum_frequency", 1380);
    assertThat(profiling.err()).contains("schedule 5 of 5: 1380 MHz", second.toString());
    Outcome part = Outcome.analyze(first, "--no-charts");
    assertThat(part.exitCode()).isEqualTo(1);
    assertThat(part.err()).contains("part of a run on several hosts");
    assertThat(Outcome.analyze("check", first).out()).contains("rank 1: its logs lie on");
    Path results = home.resolve("analysis");
    Outcome analysis = Outcome.analyze(first, second, "--no-charts", "-o", results);
    assertThat(analysis.exitCode()).as(analysis.err()).isZero();
    Path plan;
    try (var plans = Files.list(results.resolve("plans"))) {
      plan = plans.max(Comparator.naturalOrder()).orElseThrow();
    }
    Path replay = home.resolve("replay");
    Outcome replayed = run(replay, replay, "--num_prof_steps", 3, "--plan", plan);
    assertThat(replayed.err().lines())
        .anyMatch(line -> line.startsWith(plan.getFileName().toString()));
  }

  @Test
  void trainingGoesOnWhenAnAgentIsKilled() throws Exception {
    Object[] flags = {"--num_prof_steps", 1000, "--output_dir", home.resolve("run")};
    try (RankJob first = start(0, 25, flags);
        RankJob second = start(1, 25, flags)) {
      first.awaitOnError("schedule 1 of");
      List<ProcessHandle> training = second.ranks();
      second.process().destroyForcibly();
      Outcome outcome = first.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      assertThat(outcome.err()).contains("Node 1 on", "is lost", "Training goes on");
      RankJob.awaitGone(training);
    }
    assertThat(home.resolve("run").resolve("run.json")).doesNotExist();
  }

  @Test
  void otherFlagsOnAnotherHostEndBothBeforeTheTrainingStarts() throws Exception {
    Path run = home.resolve("run");
    try (RankJob first = start(0, 1, "--output_dir", run);
        RankJob second = start(1, 1, "--output_dir", run, "--minimum_frequency", 1000)) {
      for (RankJob job : List.of(first, second)) {
        Outcome outcome = job.end();
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("--minimum_frequency 1000", "node 0 with 850");
      }
    }
    assertThat(run.resolve("run.json")).doesNotExist();
    assertThat(links).isEmptyDirectory();
  }
}
