package perseus.job.node0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.checkpoint.NodeCheckpoints;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.virtual.Trainings;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.NodeSettings;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;
import perseus.rank.Nano;
import perseus.wire.ControlLink;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;

/** Tests the start of a job with two nodes. The test itself plays the launchers. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("slow")
class RendezvousTest {
  private static final TrainingConfig CONFIG =
      Trainings.of(
          "gpt3-nano",
          "uniform",
          new Degrees(1, 2, 1),
          1,
          1,
          SimulatedGpus.named("sim:a100-pcie"),
          Schedules.ONE_FORWARD_ONE_BACKWARD,
          1,
          false,
          Path.of("nowhere"),
          null,
          null);
  private static final JobSpec JOB = Nano.job(CONFIG);
  private static final NodeSettings NODE =
      new NodeSettings(2, 0, "127.0.0.1", 0, Duration.ofSeconds(60), JobSecret.random());
  private static final LocalSettings LOCAL = Nano.local("", 1);

  private static ControlLink join(JobPort port, int node, String host) throws IOException {
    ControlLink link =
        ControlLink.connect(
            port.localAddress(),
            Handshake.Role.LAUNCHER,
            port.rankSecret(),
            Deadline.after(Duration.ofSeconds(60)));
    link.send(
        new Event.NodeJoined(
            node, 2, host, JOB.byFlag(), Map.of(), List.of(), NodeCheckpoints.NONE));
    return link;
  }

  private static Command.Abort abort(ControlLink link) throws IOException {
    Command command = link.read(Command.class);
    while (!(command instanceof Command.Abort)) {
      command = link.read(Command.class);
    }
    return (Command.Abort) command;
  }

  /** Starts a job of two nodes, makes it fail, and returns the messages that the user got. */
  private static List<String> messages(JobSecret secretOrNull) throws Exception {
    List<String> messages = new CopyOnWriteArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void message(String text) {
            messages.add(text);
          }
        };
    NodeSettings node = new NodeSettings(2, 0, "127.0.0.1", 0, Duration.ofMillis(1), secretOrNull);
    JobPort port = JobPort.open(node);
    try (Coordinator coordinator = new Coordinator(CONFIG, node, JOB, LOCAL, listener, port)) {
      assertThatThrownBy(coordinator::assemble).isInstanceOf(UserError.class);
    }
    return messages;
  }

  @Test
  void jobOfSeveralNodesWithoutASecretSaysOnceThatAnyoneCanJoin() throws Exception {
    assertThat(messages(null)).filteredOn(text -> text.contains("trusted network")).hasSize(1);
    assertThat(messages(JobSecret.random())).noneMatch(text -> text.contains("trusted network"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, -1})
  void launcherWithAWrongNumberLearnsWhyTheJobEnds(int number) throws Exception {
    List<ControlLink> links = new ArrayList<>();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    JobPort port = JobPort.open(NODE);
    try (Coordinator coordinator =
        new Coordinator(CONFIG, NODE, JOB, LOCAL, TrainingListener.NONE, port)) {
      Future<?> assembled = thread.submit(coordinator::assemble);
      links.add(join(port, 0, "gpu01"));
      // Node 0 sends heartbeats to each launcher that has joined.
      assertThat(links.get(0).read(Command.class)).isInstanceOf(Command.Alive.class);
      links.add(join(port, number, "gpu02"));
      assertThat(abort(links.get(1)).reason()).contains("gpu02").contains("NODE_RANK=" + number);
      assertThatThrownBy(assembled::get)
          .hasCauseInstanceOf(UserError.class)
          .hasMessageContaining("NODE_RANK=" + number);
    } finally {
      links.forEach(ControlLink::close);
      thread.shutdownNow();
    }
  }
}
