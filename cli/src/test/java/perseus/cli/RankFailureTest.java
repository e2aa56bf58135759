package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import perseus.cli.train.TrainCommand;
import perseus.control.policy.Schedulers;
import perseus.control.server.PlanServer;
import perseus.control.server.job.ServerSettings;

/**
 * Makes parts of a job fail. The job must then end with one error message, and must leave neither a
 * running process nor an incomplete recording.
 */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class RankFailureTest {
  private static final Object[] ENDLESS = {
    "gpt3-nano", 1, 2, "--pp", 2, "--seq_length", 16, "--max_steps", 100_000
  };

  @TempDir Path home;

  private RankJob endless(Map<String, String> environment, Object... more) throws IOException {
    List<Object> arguments = new ArrayList<>(List.of(ENDLESS));
    arguments.addAll(List.of("--output_dir", home.resolve("run")));
    arguments.addAll(List.of(more));
    return RankJob.start(home, environment, arguments.toArray());
  }

  @Test
  void killedRankEndsTheJob() throws Exception {
    try (RankJob job = endless(Map.of())) {
      job.awaitOnError("step 1 of");
      List<ProcessHandle> ranks = job.ranks();
      assertThat(ranks).hasSize(2);
      ranks.get(1).destroyForcibly();

      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).containsPattern("Rank [01] on \\S+ was ended by signal 9");
      RankJob.awaitGone(ranks);
      assertThat(home.resolve("run")).doesNotExist();
    }
  }

  @Test
  void stoppedRankEndsTheJob() throws Exception {
    try (RankJob job = endless(Map.of())) {
      job.awaitOnError("step 1 of");
      List<ProcessHandle> ranks = job.ranks();
      assertThat(ranks).hasSize(2);
      new ProcessBuilder("kill", "-STOP", String.valueOf(ranks.get(1).pid())).start().waitFor();

      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).containsPattern("Rank [01] on \\S+ .* 30 s");
      RankJob.awaitGone(ranks);
    }
  }

  @Test
  void ranksEndWhenTheirLauncherIsKilled() throws Exception {
    try (RankJob job = endless(Map.of())) {
      job.awaitOnError("step 1 of");
      List<ProcessHandle> ranks = job.ranks();
      job.process().destroyForcibly();

      job.end();
      RankJob.awaitGone(ranks);
    }
  }

  @Test
  void portInUseIsReportedInOneLine() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RankJob job = endless(Map.of("MASTER_PORT", String.valueOf(taken.getLocalPort())))) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err())
          .contains("Port " + taken.getLocalPort(), "MASTER_PORT")
          .hasLineCount(1);
    }
  }

  @Test
  void missingNodeIsNamedAfterTheTimeout() throws Exception {
    try (RankJob job = endless(node(0, freePort()), "--rendezvous_timeout", 2, "--verbose")) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("Node 1 of 2", "within 2 s");
    }
    try (RankJob job = endless(node(1, freePort()), "--rendezvous_timeout", 2)) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("Node 0", "127.0.0.1:", "within 2 s");
    }
  }

  @Test
  void nodesWithDifferentSettingsAreRefused() throws Exception {
    int port = freePort();
    try (RankJob first = endless(node(0, port));
        RankJob second = endless(node(1, port), "--learning_rate", 0.5)) {
      for (RankJob job : List.of(first, second)) {
        Outcome outcome = job.end();
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("Node 1 on", "learning_rate=0.5", "node 0");
      }
    }
  }

  @Test
  void nodesWithDifferentNnodesAreRefused() throws Exception {
    int port = freePort();
    try (RankJob first = endless(node(0, port), "--pp", 4);
        RankJob second = endless(with(node(1, port), "NNODES", "4"), "--pp", 4)) {
      for (RankJob job : List.of(first, second)) {
        Outcome outcome = job.end();
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("Node 1 on", "NNODES=4", "node 0", "NNODES=2");
      }
    }
  }

  @Test
  void nodesWithDifferentDataAreRefused() throws Exception {
    int port = freePort();
    Path data = Files.writeString(home.resolve("data.txt"), "the same text ".repeat(20));
    Path other = Files.writeString(home.resolve("other.txt"), "some other text".repeat(20));
    try (RankJob first = endless(node(0, port), "--data", data);
        RankJob second = endless(node(1, port), "--data", other)) {
      for (RankJob job : List.of(first, second)) {
        Outcome outcome = job.end();
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).contains("data of node 1 on", "node 0");
      }
    }
  }

  @Test
  void nodesMayKeepTheSameDataAtDifferentPaths() throws Exception {
    int port = freePort();
    Path data = Files.writeString(home.resolve("data.txt"), "the same text ".repeat(20));
    Path copy = Files.copy(data, home.resolve("copy.txt"));
    try (RankJob first = endless(node(0, port), "--data", data, "--max_steps", 2);
        RankJob second = endless(node(1, port), "--data", copy, "--max_steps", 2)) {
      assertThat(second.end().exitCode()).as(second.err()).isZero();
      assertThat(first.end().exitCode()).as(first.err()).isZero();
    }
  }

  @Test
  void launcherWithAnotherSecretIsRefused() throws Exception {
    int port = freePort();
    try (RankJob first =
            endless(with(node(0, port), "PERSEUS_JOB_SECRET", "one"), "--rendezvous_timeout", 10);
        RankJob second = endless(with(node(1, port), "PERSEUS_JOB_SECRET", "other"))) {
      assertThat(second.end().err()).contains("PERSEUS_JOB_SECRET");
      assertThat(first.end().err()).contains("Node 1 of 2", "within 10 s");
    }
  }

  @Test
  void killedLauncherEndsTheOtherNode() throws Exception {
    int port = freePort();
    try (RankJob first = endless(node(0, port));
        RankJob second = endless(node(1, port))) {
      first.awaitOnError("step 1 of");
      List<ProcessHandle> ranks = new ArrayList<>(first.ranks());
      ranks.addAll(second.ranks());
      assertThat(ranks).hasSize(2);
      second.process().destroyForcibly();

      Outcome outcome = first.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).containsPattern("Node 1 on \\S+ is gone");
      RankJob.awaitGone(ranks);
    }
  }

  @Test
  void jobEndsWhenItsPlanServerCloses() throws Exception {
    PlanServer server =
        PlanServer.start(
            ServerSettings.local(
                Schedulers.choose("InstructionProfiler", Map.of(), null), 0, home.resolve("dump")));
    String url = server.uri().toString();
    Object[] flags = {"--perseus_url", url, "--num_prof_steps", 100_000};
    try (server;
        RankJob job = endless(Map.of(), flags)) {
      job.awaitOnError("step 1 of");
      List<ProcessHandle> ranks = job.ranks();
      server.close();

      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("The plan server at " + url + " is gone");
      RankJob.awaitGone(ranks);
    }
  }

  @Test
  void fullDiskLeavesNoPartOfARecording() throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", "ulimit -f 2; exec \"$@\"", "-"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), TrainCommand.class.getName()));
    for (Object argument : ENDLESS) {
      command.add(String.valueOf(argument));
    }
    command.addAll(List.of("--engine", "djl", "--export_timing_csv", "true"));
    command.addAll(List.of("--max_steps", "8", "--num_prof_steps", "4"));
    command.addAll(List.of("--output_dir", home.resolve("run").toString()));
    try (RankJob job = RankJob.start(home, Map.of(), command)) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.err()).contains("Rank ", "File too large");
      assertThat(home.resolve("run")).doesNotExist();
    }
  }

  private RankJob startNode(int node, int port, Path run) throws IOException {
    return RankJob.start(
        home,
        node(node, port),
        "gpt3-nano",
        1,
        2,
        "--pp",
        2,
        "--seq_length",
        16,
        "--max_steps",
        2,
        "--output_dir",
        run);
  }

  static Map<String, String> node(int node, int port) {
    return Map.of(
        "NNODES",
        "2",
        "NODE_RANK",
        String.valueOf(node),
        "MASTER_ADDR",
        "127.0.0.1",
        "MASTER_PORT",
        String.valueOf(port));
  }

  private static Map<String, String> with(Map<String, String> map, String name, String value) {
    Map<String, String> more = new HashMap<>(map);
    more.put(name, value);
    return more;
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void unknownCallersAtThePortAreIgnored() throws Exception {
    int port = freePort();
    Path run = Files.createDirectory(home.resolve("two-nodes"));
    try (RankJob first = startNode(0, port, run)) {
      first.awaitOnError("Waiting for 1 more node");
      try (Socket unknown = new Socket(InetAddress.getLoopbackAddress(), port)) {
        unknown.getOutputStream().write("GET / HTTP/1.1\r\n\r\n and more of that".getBytes());
        try (RankJob second = startNode(1, port, run)) {
          assertThat(second.end().exitCode()).as(second.err()).isZero();
          assertThat(first.end().exitCode()).as(first.err()).isZero();
        }
      }
    }
  }
}
