package perseus.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.agent.gpu.SimulatedAgentGpus;
import perseus.agent.hosts.AgentNodes;
import perseus.agent.hosts.Node0Link;
import perseus.agent.hosts.NodeAgent;
import perseus.agent.hosts.OtherNodes;
import perseus.agent.hosts.ToNode0;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.Hello;
import perseus.control.Mode;
import perseus.control.Scheduler;
import perseus.control.StagePlan;
import perseus.control.client.PlanClient;
import perseus.control.client.RemoteScheduler;
import perseus.control.policy.InstructionProfiler;
import perseus.control.policy.PointSolution;
import perseus.control.policy.Schedulers;
import perseus.control.server.PlanServer;
import perseus.control.server.job.ServerSettings;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;
import perseus.wire.JobSecret;

/** Runs the agents of two nodes in this process. The test itself plays the recorders. */
@Timeout(120)
class SeveralHostsTest {
  private static final String[] ITERATION = {"forward 0", "backward 0"};
  private static final Scheduler.Factory PROFILING = InstructionProfiler.factory(1395, false, 0);

  private static final NodeAgent.Handler IGNORED =
      new NodeAgent.Handler() {
        @Override
        public void rankJoined(NodeAgent agent, Hello hello, String gpu) {}

        @Override
        public void state(ToNode0.State state) {}

        @Override
        public void commandEnded() {}

        @Override
        public void lost(String sentence) {}
      };

  @TempDir Path home;
  private final List<Host> hosts = new ArrayList<>();
  private int port;

  @BeforeEach
  void choosePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
  }

  @AfterEach
  void endHosts() throws Exception {
    for (Host host : hosts) {
      host.stop();
    }
    for (Host host : hosts) {
      host.result.exceptionally(failure -> null).get(60, TimeUnit.SECONDS);
    }
  }

  private AgentNodes nodes(int node) {
    return new AgentNodes(
        2,
        node,
        "127.0.0.1",
        port,
        Duration.ofSeconds(30),
        JobSecret.NONE,
        Map.of("--num_prof_steps", "3"));
  }

  /** Runs the agent of one node. Its training command is a shell that waits for a file. */
  private final class Host {
    final Path folder;
    final List<String> messages = new CopyOnWriteArrayList<>();
    final List<FakeRecorder> ranks = new ArrayList<>();
    final CompletableFuture<AgentResult> result;

    Host(String output, Scheduler.Factory scheduler, AgentNodes nodes) throws Exception {
      folder = Files.createDirectory(home.resolve("host" + hosts.size()));
      hosts.add(this);
      boolean profiles = scheduler == PROFILING;
      AgentSettings settings =
          new AgentSettings(
              List.of(
                  "sh",
                  "-c",
                  "cd '"
                      + folder
                      + "' && echo \"$PERSEUS_SOCKET\" > tmp && mv tmp socket;"
                      + " while [ ! -e end ]; do sleep 0.02; done; exit 7"),
              home.resolve(output),
              scheduler,
              3,
              0,
              profiles,
              !profiles,
              false,
              !profiles,
              nodes);
      result = CompletableFuture.supplyAsync(() -> run(settings));
    }

    private AgentResult run(AgentSettings settings) {
      AgentClock clock = new AgentClock();
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void message(String text) {
              messages.add(text);
            }
          };
      try (var recording = new RunRecorder(settings.outputDirectory());
          var gpus = new SimulatedAgentGpus("sim:a100-pcie", 1, 1, clock)) {
        return settings.nodes().node() == 0
            ? new Agent(settings, gpus, clock, recording, listener).run()
            : new FollowingAgent(settings, gpus, clock, recording, listener).run();
      }
    }

    /** Connects a recorder for each of the host's two ranks. */
    void connect(int firstRank) throws Exception {
      Path socket = folder.resolve("socket");
      while (!Files.exists(socket)) {
        Thread.sleep(10);
      }
      ranks.clear();
      for (int rank = firstRank; rank < firstRank + 2; rank++) {
        String hello =
            FakeRecorder.hello(rank, 4).replace("\"pp\"", "\"local_world_size\":2,\"pp\"");
        ranks.add(new FakeRecorder(Path.of(Files.readString(socket).strip()), hello));
      }
      for (FakeRecorder rank : ranks) {
        rank.await("\"ok\":true");
      }
    }

    void stop() throws Exception {
      for (FakeRecorder rank : ranks) {
        rank.close();
      }
      Files.writeString(folder.resolve("end"), "");
    }

    void awaitMessage(String text) throws Exception {
      while (messages.stream().noneMatch(message -> message.contains(text))) {
        Thread.sleep(10);
      }
    }
  }

  private void start(String output0, String output1, Scheduler.Factory scheduler) throws Exception {
    new Host(output0, scheduler, nodes(0));
    new Host(output1, scheduler, nodes(1));
    connect();
  }

  private void connect() throws Exception {
    hosts.get(1).connect(2);
    hosts.get(0).connect(0);
  }

  private List<FakeRecorder> ranks() {
    return hosts.stream().flatMap(host -> host.ranks.stream()).toList();
  }

  private void run(int iterations) throws Exception {
    for (int i = 0; i < iterations; i++) {
      for (FakeRecorder rank : ranks()) {
        rank.iteration(ITERATION);
      }
    }
  }

  /** Waits for the next schedule of each rank, and returns the schedules. */
  private List<String> schedules() throws Exception {
    List<String> received = new ArrayList<>();
    for (FakeRecorder rank : ranks()) {
      received.add(rank.await("\"schedule\""));
    }
    return received;
  }

  /** Runs the schedules of a profiling run: two warm-ups, 1410 MHz and 1395 MHz. */
  private void profile() throws Exception {
    run(1);
    for (int schedule = 0; schedule < 4; schedule++) {
      assertThat(schedules())
          .as("schedule %d", schedule)
          .hasSize(4)
          .containsOnly(expected(schedule));
      run(3);
    }
    assertThat(schedules()).allMatch(line -> line.contains("\"record\":false"));
  }

  private static String expected(int schedule) {
    int mhz = schedule < 3 ? 1410 : 1395;
    return "{\"schedule\":[[\"forward\",%d],[\"backward\",%d]],\"from\":%d,\"await\":%d,\"record\":true}"
        .formatted(mhz, mhz, 2 + 3 * schedule, 4 + 3 * schedule);
  }

  private AgentResult end(int node) throws Exception {
    hosts.get(node).stop();
    return hosts.get(node).result.get(60, TimeUnit.SECONDS);
  }

  private RunManifest manifest(String output) {
    return RunManifest.read(home.resolve(output).resolve(RunManifest.FILE_NAME));
  }

  private long forwards(String output, int rank) throws Exception {
    Path log = home.resolve(output).resolve("instructions-" + rank + ".csv");
    try (var lines = Files.lines(log)) {
      return lines.filter(line -> line.startsWith("forward")).count();
    }
  }

  @Test
  void oneDirectoryHoldsTheLogsOfAllHostsAndOneManifest() throws Exception {
    start("run", "run", PROFILING);
    profile();
    hosts.get(1).stop();
    AgentResult leading = end(0);
    AgentResult following = end(1);
    assertThat(leading.exitCode()).isEqualTo(7);
    assertThat(following.exitCode()).isEqualTo(7);
    assertThat(leading.rounds()).hasSize(4);
    assertThat(leading.parts()).isEmpty();
    RunManifest run = manifest("run");
    assertThat(run.ranks()).hasSize(4).allMatch(rank -> rank.host() != null);
    assertThat(run.schedules())
        .extracting(RunManifest.Schedule::lastIteration)
        .containsExactly(4, 7, 10, 13);
    for (int rank = 0; rank < 4; rank++) {
      assertThat(forwards("run", rank)).isEqualTo(13);
    }
  }

  @Test
  void withoutASharedDirectoryEachHostHasAPartOfTheSameRun() throws Exception {
    start("a", "b", PROFILING);
    profile();
    hosts.get(1).stop();
    assertThat(end(0).parts()).singleElement().asString().endsWith(home.resolve("b").toString());
    end(1);
    assertThat(manifest("b")).isEqualTo(manifest("a"));
    assertThat(manifest("b").run()).isNotNull();
    assertThat(forwards("a", 1)).isEqualTo(13);
    assertThat(forwards("b", 2)).isEqualTo(13);
    assertThat(home.resolve("b").resolve("instructions-1.csv")).doesNotExist();
  }

  @Test
  void afterARestartOnlyTheNewProcessesCount() throws Exception {
    start("run", "run", PROFILING);
    run(1);
    schedules();
    run(2);
    for (FakeRecorder rank : ranks()) {
      rank.close();
    }
    connect();
    profile();
    hosts.get(1).stop();
    end(0);
    end(1);
    assertThat(manifest("run").schedules().get(3).lastIteration()).isEqualTo(13);
    assertThat(forwards("run", 0)).isEqualTo(13);
    assertThat(forwards("run", 3)).isEqualTo(13);
  }

  @Test
  void aPlanHoldsOnAllHostsUntilTheCommandEnds() throws Exception {
    List<List<Integer>> stages =
        List.of(List.of(1410, 1395), List.of(1395, 1380), List.of(1380, 1365), List.of(1365, 1350));
    start("run", "run", PointSolution.factory(List.of(new StagePlan("plan.py", stages)), 1));
    run(1);
    schedules();
    run(3);
    assertThat(schedules().get(3)).contains("[\"forward\",1365],[\"backward\",1350]", "await");
    run(3);
    assertThat(schedules().get(2))
        .contains("[\"forward\",1380],[\"backward\",1365]", "\"record\":false")
        .doesNotContain("await");
    hosts.get(1).stop();
    AgentResult result = end(0);
    assertThat(result.rounds()).hasSize(2);
    assertThat(result.dumpDirectory()).isNotNull();
  }

  @Test
  void aPlanServerSteersAllHosts() throws Exception {
    try (PlanServer server =
        PlanServer.start(
            ServerSettings.local(
                Schedulers.choose(
                    "InstructionProfiler", Map.of("minimum_power_state", 1395), Mode.FREQUENCY),
                0,
                null))) {
      PlanClient client = new PlanClient(server.uri().toString(), null);
      start("run", "run", RemoteScheduler.factory(client, Mode.FREQUENCY, false));
      run(1);
      for (int schedule = 0; schedule < 4; schedule++) {
        assertThat(schedules()).containsOnly(expected(schedule));
        run(3);
      }
      schedules();
      hosts.get(1).stop();
      assertThat(end(0).rounds()).hasSize(4);
    }
  }

  @Test
  void aLostNodeEndsSteeringOnAllHostsAndTrainingGoesOn() throws Exception {
    Host leading = new Host("run", PROFILING, nodes(0));
    Node0Link lost = Node0Link.join(nodes(1), text -> {});
    leading.connect(0);
    run(1);
    lost.close();
    assertThat(schedules()).allMatch(line -> line.contains("\"record\":false"));
    leading.awaitMessage("Node 1 on");
    assertThat(end(0).exitCode()).isEqualTo(7);
    assertThat(leading.messages)
        .anyMatch(text -> text.contains("lost") && text.contains("goes on"));
    assertThat(home.resolve("run")).doesNotExist();
  }

  @Test
  void withoutNode0TheOtherHostsTrainOn() throws Exception {
    Host following = new Host("run", PROFILING, nodes(1));
    OtherNodes lost = OtherNodes.join(nodes(0), text -> {});
    lost.start(IGNORED);
    while (!Files.exists(following.folder.resolve("socket"))) {
      Thread.sleep(10);
    }
    lost.close();
    following.awaitMessage("Node 0 at 127.0.0.1:" + port + " is lost");
    assertThat(end(0).exitCode()).isEqualTo(7);
  }

  @Test
  void differentSettingsEndAllHostsWithTheSameSentence() throws Exception {
    Host leading = new Host("run", PROFILING, nodes(0));
    Host following = new Host("run", PROFILING, nodes(1).with(Map.of("--num_prof_steps", "4")));
    for (Host host : List.of(leading, following)) {
      assertThatThrownBy(() -> host.result.get(60, TimeUnit.SECONDS))
          .hasCauseInstanceOf(UserError.class)
          .hasMessageContainingAll("Node 1 on", "--num_prof_steps 4", "node 0 with 3");
    }
    assertThat(home.resolve("run").resolve(RunManifest.FILE_NAME)).doesNotExist();
  }

  @Test
  void anotherSecretIsRefusedAndTheRightOneAdmitted() {
    AgentNodes other =
        new AgentNodes(
            2, 1, "127.0.0.1", port, Duration.ofSeconds(30), JobSecret.random(), Map.of());
    CompletableFuture<OtherNodes> node0 =
        CompletableFuture.supplyAsync(() -> OtherNodes.join(nodes(0), text -> {}));
    assertThatThrownBy(() -> Node0Link.join(other, text -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("PERSEUS_JOB_SECRET");
    CompletableFuture<Node0Link> node1 =
        CompletableFuture.supplyAsync(() -> Node0Link.join(nodes(1), text -> {}));
    try (OtherNodes complete = node0.join()) {
      complete.start(IGNORED);
      node1.join().close();
    }
  }

  @Test
  void aNodeThatNeverComesIsNamed() throws Exception {
    AgentNodes impatient =
        new AgentNodes(3, 0, "127.0.0.1", port, Duration.ofMillis(50), JobSecret.NONE, Map.of());
    assertThatThrownBy(() -> OtherNodes.join(impatient, text -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("The nodes [1, 2] did not connect", String.valueOf(port));
    choosePort();
    AgentNodes lonely =
        new AgentNodes(3, 1, "127.0.0.1", port, Duration.ofMillis(50), JobSecret.NONE, Map.of());
    assertThatThrownBy(() -> Node0Link.join(lonely, text -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Node 0 did not answer at 127.0.0.1:" + port);
  }

  @Test
  void aSecondJobAtTheSamePortIsRefusedAndTheFirstGoesOn() throws Exception {
    start("run", "run", PROFILING);
    run(1);
    assertThatThrownBy(() -> OtherNodes.join(nodes(0), text -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("port " + port, "--agent_addr");
    assertThatThrownBy(() -> Node0Link.join(nodes(1), text -> {}))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("have connected already", "--agent_addr");
    assertThat(schedules()).containsOnly(expected(0));
  }
}
