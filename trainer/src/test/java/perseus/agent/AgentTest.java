package perseus.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.agent.gpu.SimulatedAgentGpus;
import perseus.agent.hosts.AgentNodes;
import perseus.agent.wire.AgentClock;
import perseus.control.Measurement;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.control.StagePlan;
import perseus.control.policy.InstructionProfiler;
import perseus.control.policy.PointSolution;
import perseus.engine.TrainingListener;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.pipeline.Step;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;

/** Runs the agent with a shell as the training command. The test itself plays the recorders. */
@Timeout(120)
class AgentTest {
  private static final String[] ITERATION = {
    "forward 0", "forward 1", "backward 0", "backward 1", "optimizer_step 0"
  };

  @TempDir Path home;
  private final List<String> messages = new CopyOnWriteArrayList<>();
  private final List<FakeRecorder> recorders = new ArrayList<>();
  private CompletableFuture<AgentResult> agent;

  @AfterEach
  void endAgent() throws Exception {
    if (agent != null && !agent.isDone()) {
      end();
    }
  }

  private void start(Scheduler.Factory scheduler, boolean profiles) {
    String script =
        "echo \"$PERSEUS_SOCKET\" > tmp && mv tmp socket; while [ ! -e end ]; do sleep 0.02; done; exit 7";
    AgentSettings settings =
        new AgentSettings(
            List.of("sh", "-c", "cd '" + home + "' && " + script),
            home.resolve("run"),
            scheduler,
            3,
            0,
            profiles,
            !profiles,
            false,
            !profiles,
            AgentNodes.ONE);
    agent =
        CompletableFuture.supplyAsync(
            () -> {
              AgentClock clock = new AgentClock();
              try (var recording = new RunRecorder(home.resolve("run"));
                  var gpus = new SimulatedAgentGpus("sim:a100-pcie", 1, 1, clock)) {
                return new Agent(settings, gpus, clock, recording, new Listener()).run();
              }
            });
  }

  private void startProfiling() {
    start(InstructionProfiler.factory(1395, false, 0), true);
  }

  private FakeRecorder connect(String hello) throws Exception {
    Path socket = home.resolve("socket");
    while (!Files.exists(socket)) {
      Thread.sleep(10);
    }
    FakeRecorder recorder = new FakeRecorder(Path.of(Files.readString(socket).strip()), hello);
    recorders.add(recorder);
    return recorder;
  }

  private List<FakeRecorder> connectAll(int ranks) throws Exception {
    List<FakeRecorder> all = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      all.add(connect(FakeRecorder.hello(rank, ranks)));
      all.get(rank).await("\"ok\":true");
    }
    return all;
  }

  private static void run(List<FakeRecorder> ranks, int iterations) throws IOException {
    for (int i = 0; i < iterations; i++) {
      for (FakeRecorder rank : ranks) {
        rank.iteration(ITERATION);
      }
    }
  }

  /** Waits for the next schedule of each rank, and returns the schedules. */
  private static List<String> schedules(List<FakeRecorder> ranks) throws IOException {
    List<String> received = new ArrayList<>();
    for (FakeRecorder rank : ranks) {
      received.add(rank.await("\"schedule\""));
    }
    return received;
  }

  private AgentResult end() throws Exception {
    for (FakeRecorder recorder : recorders) {
      recorder.close();
    }
    Files.writeString(home.resolve("end"), "");
    return agent.get(60, TimeUnit.SECONDS);
  }

  private RunManifest manifest() {
    return RunManifest.read(home.resolve("run").resolve(RunManifest.FILE_NAME));
  }

  private long forwards(int rank) throws IOException {
    try (var lines = Files.lines(home.resolve("run").resolve("instructions-" + rank + ".csv"))) {
      return lines.filter(line -> line.startsWith("forward")).count();
    }
  }

  private final class Listener implements TrainingListener {
    @Override
    public void message(String text) {
      messages.add(text);
    }

    @Override
    public void roundStarted(Round round, int rounds, int iterations) {
      messages.add("started " + round.number());
    }

    @Override
    public void roundFinished(Round round, Measurement measured) {
      messages.add("finished " + round.number());
    }
  }

  /** Runs all four schedules of a profiling run: two warm-ups, 1410 MHz and 1395 MHz. */
  private void profile(List<FakeRecorder> ranks) throws IOException {
    run(ranks, 1);
    for (int schedule = 0; schedule < 4; schedule++) {
      schedules(ranks);
      run(ranks, 3);
    }
    assertThat(schedules(ranks)).allMatch(line -> line.contains("\"record\":false"));
  }

  @Test
  void profilingRunsEachClockAndWritesTheRecording() throws Exception {
    startProfiling();
    List<FakeRecorder> ranks = connectAll(2);
    run(ranks, 1);
    String warmup = schedules(ranks).get(0);
    assertThat(warmup)
        .contains("[\"forward\",1410]")
        .contains("\"from\":2")
        .contains("\"await\":4");
    assertThat(warmup.split("\"(forward|backward)\"")).hasSize(5);
    for (int schedule = 1; schedule < 4; schedule++) {
      run(ranks, 3);
      schedules(ranks);
    }
    run(ranks, 3);
    schedules(ranks);
    AgentResult result = end();
    assertThat(result.exitCode()).isEqualTo(7);
    assertThat(manifest().schedules())
        .extracting(RunManifest.Schedule::lastIteration)
        .containsExactly(4, 7, 10, 13);
    assertThat(manifest().schedules().get(3).frequencyMhz()).isEqualTo(1395);
    assertThat(manifest().trainSchedule()).isEqualTo("recorded");
    assertThat(forwards(1)).isEqualTo(2 * 13);
  }

  @Test
  void afterARestartOnlyTheNewProcessesCount() throws Exception {
    startProfiling();
    List<FakeRecorder> first = connectAll(2);
    run(first, 1);
    schedules(first);
    run(first, 2);
    first.get(1).close();
    first.get(0).close();
    profile(connectAll(2));
    end();
    assertThat(messages).anyMatch(text -> text.contains("Rank 0 has started again"));
    assertThat(manifest().schedules().get(3).lastIteration()).isEqualTo(13);
    assertThat(forwards(0)).isEqualTo(2 * 13);
  }

  @Test
  void afterARestartTheLastPlanComesIntoForceAgain() throws Exception {
    StagePlan plan = new StagePlan("plan.py", List.of(List.of(1410, 1395, 1380, 1365)));
    start(PointSolution.factory(List.of(plan), 1), false);
    List<FakeRecorder> rank = connectAll(1);
    run(rank, 1);
    schedules(rank);
    run(rank, 3);
    assertThat(schedules(rank).get(0)).contains("[\"backward\",1365]");
    run(rank, 3);
    assertThat(schedules(rank).get(0)).contains("[\"backward\",1365]").doesNotContain("await");
    rank.get(0).close();
    List<FakeRecorder> again = connectAll(1);
    run(again, 1);
    assertThat(schedules(again).get(0)).contains("[\"backward\",1365]").doesNotContain("await");
    assertThat(end().rounds()).hasSize(2);
  }

  @Test
  void aRankThatStartsAgainAfterProfilingIsLeftAlone() throws Exception {
    startProfiling();
    List<FakeRecorder> ranks = connectAll(1);
    profile(ranks);
    ranks.get(0).close();
    assertThat(schedules(connectAll(1)).get(0)).contains("\"record\":false");
    end();
    assertThat(forwards(0)).isEqualTo(2 * 13);
  }

  @Test
  void aSecondProcessWithTheSameRankIsRefused() throws Exception {
    startProfiling();
    connectAll(1);
    assertThat(connect(FakeRecorder.hello(0, 1)).read()).contains("\"ok\":false").contains("RANK");
    assertThat(messages).anyMatch(text -> text.contains("Two processes"));
  }

  @Test
  void ranksThatDisagreeAboutTheJobAreRefused() throws Exception {
    startProfiling();
    connect(FakeRecorder.hello(0, 2)).await("\"ok\":true");
    assertThat(connect(FakeRecorder.hello(1, 4)).read()).contains("\"ok\":false");
  }

  @Test
  void ranksOfAJobOnSeveralHostsAreRefused() throws Exception {
    startProfiling();
    String hello = FakeRecorder.hello(0, 4).replace("\"pp\"", "\"local_world_size\":2,\"pp\"");
    assertThat(connect(hello).read()).contains("\"ok\":false").contains("2 of the job's 4 ranks");
  }

  @Test
  void aPlanForAnotherOrderIsRefused() throws Exception {
    StagePlan plan = new StagePlan("plan.py", List.of(List.of(1410, 1395, 1380, 1365)));
    List<Instruction> order =
        Schedules.ONE_FORWARD_ONE_BACKWARD.rankSteps(0, 1, 2).stream()
            .map(Step::instruction)
            .toList();
    start(
        PlannedKinds.checking(PointSolution.factory(List.of(plan), 1), "plan.py", List.of(order)),
        false);
    List<FakeRecorder> rank = connectAll(1);
    run(rank, 1);
    assertThat(schedules(rank).get(0)).contains("\"record\":false");
    end();
    assertThat(messages).anyMatch(t -> t.contains("plan.py") && t.contains("computation 2"));
  }

  @Test
  void instructionsWithoutPlansAreNamed() throws Exception {
    startProfiling();
    FakeRecorder rank = connectAll(1).get(0);
    rank.iteration("forward 0", "forward_backward 1", "backward 1");
    rank.await("\"record\":false");
    assertThat(messages).anyMatch(text -> text.contains("forward_backward"));
  }

  @Test
  void anUnmarkedEvaluationIsRefused() throws Exception {
    startProfiling();
    List<FakeRecorder> ranks = connectAll(1);
    run(ranks, 1);
    schedules(ranks);
    ranks.get(0).instructions("forward 0", "forward 1");
    run(ranks, 1);
    assertThat(schedules(ranks).get(0)).contains("\"record\":false");
    end();
    assertThat(messages)
        .anyMatch(t -> t.contains("In iteration 2, rank 0 runs") && t.contains("evaluation()"));
    assertThat(home.resolve("run").resolve(RunManifest.FILE_NAME)).doesNotExist();
  }

  @Test
  void aMarkedEvaluationIsRecordedButItsIterationDoesNotCount() throws Exception {
    startProfiling();
    List<FakeRecorder> ranks = connectAll(1);
    run(ranks, 1);
    schedules(ranks);
    ranks.get(0).instructions("evaluation 0");
    run(ranks, 3);
    schedules(ranks);
    run(ranks, 3);
    end();
    assertThat(messages).contains("finished 0", "finished 1");
    assertThat(Files.readString(home.resolve("run").resolve("instructions-0.csv")))
        .containsOnlyOnce("evaluation,");
    assertThat(manifest().order()).allSatisfy(order -> assertThat(order).hasSize(4));
  }

  @Test
  void aScriptThatNeverEndsAnIterationIsToldSo() throws Exception {
    startProfiling();
    connectAll(1).get(0).instructions("forward 0", "backward 0", "forward 1");
    end();
    assertThat(messages)
        .anyMatch(t -> t.contains("3 instructions") && t.contains("iteration_done"));
    assertThat(home.resolve("run")).doesNotExist();
  }

  @Test
  void anInstructionThatRunsTwiceInAnIterationIsRefused() throws Exception {
    startProfiling();
    List<FakeRecorder> ranks = connectAll(1);
    ranks.get(0).instructions("forward 0", "backward 0", "forward 0");
    assertThat(schedules(ranks).get(0)).contains("\"record\":false");
    end();
    assertThat(messages).anyMatch(t -> t.contains("second time") && t.contains("iteration_done"));
  }

  @Test
  void aRecorderThatHadToDropInstructionsIsRefused() throws Exception {
    startProfiling();
    List<FakeRecorder> ranks = connectAll(1);
    run(ranks, 1);
    schedules(ranks);
    ranks.get(0).send("{\"iteration\":2,\"dropped\":40}");
    assertThat(schedules(ranks).get(0)).contains("\"record\":false");
    end();
    assertThat(messages).anyMatch(t -> t.contains("dropped 40 instructions"));
    assertThat(home.resolve("run").resolve(RunManifest.FILE_NAME)).doesNotExist();
  }

  @Test
  void aRankThatJoinsAfterTheOthersHaveGoneOnIsRefused() throws Exception {
    startProfiling();
    FakeRecorder early = connect(FakeRecorder.hello(0, 2));
    run(List.of(early), 4);
    early.awaitRead();
    FakeRecorder late = connect(FakeRecorder.hello(1, 2));
    run(List.of(late), 1);
    assertThat(early.await("\"record\":false")).contains("\"schedule\":[]");
    assertThat(late.await("\"record\":false")).contains("\"schedule\":[]");
    end();
    assertThat(messages)
        .anyMatch(t -> t.contains("Rank 1 connected") && t.contains("3 iterations without it"));
    assertThat(home.resolve("run")).doesNotExist();
  }

  @Test
  void anIterationWithMoreMicrobatchesIsRefused() throws Exception {
    startProfiling();
    List<FakeRecorder> ranks = connectAll(1);
    run(ranks, 1);
    schedules(ranks);
    ranks.get(0).iteration("forward 0", "forward 1", "backward 0", "backward 1", "forward 2");
    assertThat(schedules(ranks).get(0)).contains("\"record\":false");
    end();
    assertThat(messages)
        .anyMatch(t -> t.contains("forward of microbatch 2") && t.contains("number of micro"));
  }

  @Test
  void iterationsWithoutInstructionsAreSaid() throws Exception {
    startProfiling();
    FakeRecorder rank = connectAll(1).get(0);
    rank.iteration();
    rank.iteration();
    end();
    assertThat(messages).anyMatch(t -> t.contains("2 iterations") && t.contains("no instruction"));
  }

  @Test
  void aRecordingThatCannotBeWrittenDoesNotDisturbTheCommand() throws Exception {
    startProfiling();
    List<FakeRecorder> ranks = connectAll(1);
    run(ranks, 1);
    schedules(ranks);
    try (var all = Files.walk(home.resolve("run"))) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    String[] many = new String[1000];
    Arrays.fill(many, "load 0");
    ranks.get(0).instructions(many);
    run(ranks, 1);
    assertThat(schedules(ranks).get(0)).contains("\"record\":false");
    assertThat(end().exitCode()).isEqualTo(7);
    assertThat(messages)
        .anyMatch(t -> t.contains("cannot be written") && t.contains("Training goes on"));
  }

  @Test
  void rankWithoutRecorderIsNamedAtTheEnd() throws Exception {
    startProfiling();
    FakeRecorder recorder = connect(FakeRecorder.hello(0, 3));
    run(List.of(recorder), 1);
    recorder.awaitRead();
    end();
    assertThat(messages).anyMatch(text -> text.contains("Only 1 of 3"));
  }

  @Test
  void messagesOfOtherVersionsAreIgnoredAndOversizedOnesEndTheConnection() throws Exception {
    startProfiling();
    FakeRecorder old = connect("{\"v\":1,\"rank\":0,\"unknown\":[1,2]}");
    old.await("\"ok\":true");
    old.send("{\"later\":{\"message\":1}}");
    old.instructions("forward 0", "moe_dispatch 0", "backward 0");
    old.send("{\"iteration\":1}");
    assertThat(old.await("\"schedule\"")).contains("forward").doesNotContain("moe_dispatch");
    FakeRecorder later = connect("{\"v\":2,\"rank\":0}");
    assertThat(later.read()).contains("\"ok\":false").contains("version 2");
    old.send("{\"i\":[\"" + "x".repeat(70_000) + "\"]}");
    while (old.read() != null) {
      // Skips schedules that the agent sent before it closed the connection.
    }
    end();
  }

  @Test
  void sixtyFourRanksOfOneHost() throws Exception {
    startProfiling();
    profile(connectAll(64));
    end();
    assertThat(manifest().ranks()).hasSize(64);
    assertThat(forwards(63)).isEqualTo(2 * 13);
  }
}
