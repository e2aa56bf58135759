package perseus.job.node0;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
import perseus.job.RankAddress;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;
import perseus.rank.Nano;
import perseus.wire.ControlLink;
import perseus.wire.Deadline;
import perseus.wire.Handshake;

/** Tests a coordinator. The test itself plays the launcher and two pipelines of one rank each. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("slow")
class CoordinatorTest {
  private final TrainingConfig config =
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
  private final JobSpec job = Nano.job(config);
  private final NodeSettings node = new NodeSettings(1, 0, null, 0, Duration.ofSeconds(60), null);
  private static final LocalSettings LOCAL = Nano.local("", 2);
  private final List<ControlLink> links = new ArrayList<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private JobPort port;
  private Coordinator coordinator;

  @BeforeEach
  void assemble() throws Exception {
    port = JobPort.open(node);
    coordinator = new Coordinator(config, node, job, LOCAL, TrainingListener.NONE, port);
    Future<?> assembled = thread.submit(coordinator::assemble);
    ControlLink launcher =
        send(
            Handshake.Role.LAUNCHER,
            new Event.NodeJoined(
                0, 1, "here", job.byFlag(), Map.of(), List.of(), NodeCheckpoints.NONE));
    Command command = launcher.read(Command.class);
    while (!(command instanceof Command.Launch)) {
      command = launcher.read(Command.class);
    }
    for (int rank = 0; rank < 2; rank++) {
      send(Handshake.Role.RANK, new Event.RankJoined(rank, new RankAddress("127.0.0.1", 1), null));
    }
    for (ControlLink rank : links.subList(1, 3)) {
      assertThat(rank.read(Command.class)).isInstanceOf(Command.ConnectPeers.class);
      rank.send(new Event.Ready(false));
    }
    assembled.get();
  }

  private ControlLink send(Handshake.Role role, Event event) throws IOException {
    ControlLink link =
        ControlLink.connect(
            port.localAddress(), role, port.rankSecret(), Deadline.after(Duration.ofSeconds(60)));
    links.add(link);
    link.send(event);
    return link;
  }

  @AfterEach
  void close() {
    coordinator.close();
    links.forEach(ControlLink::close);
    thread.shutdownNow();
  }

  private double loss(Double first, Double second) throws IOException {
    links.get(1).send(new Event.Iterated(first, null, null));
    links.get(2).send(new Event.Iterated(second, null, null));
    return coordinator.iterate().loss();
  }

  @Test
  void lossIsTheMeanOverRanksThatReportOne() throws IOException {
    assertThat(loss(1.0, 2.0)).isEqualTo(1.5);
    assertThat(loss(null, 2.0)).isEqualTo(2);
  }

  @Test
  void precisionIsThatOfTheLeastPreciseRank() throws IOException {
    assertThat(precision(0.01, 0.02)).isEqualTo(0.02);
    assertThat(precision(0.01, null)).isInfinite();
  }

  private double precision(Double first, Double second) throws IOException {
    links.get(1).send(new Event.Iterated(null, first, null));
    links.get(2).send(new Event.Iterated(null, second, null));
    return coordinator.iterate().precision();
  }

  @Test
  void lossOfADivergedPipelineIsNotIgnored() throws IOException {
    assertThat(loss(1.0, Double.NaN)).isNaN();
    assertThat(loss(1.0, Double.POSITIVE_INFINITY)).isInfinite();
  }

  @Test
  void lostRankIsNamed() {
    links.get(2).close();
    assertThatThrownBy(() -> coordinator.iterate())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Rank 1 on here is gone");
  }

  @Test
  void launcherThatComesTooLateLearnsWhyAndDoesNotDisturbTheJob() throws Exception {
    Future<Double> iteration = thread.submit(() -> coordinator.iterate().loss());
    ControlLink late =
        send(
            Handshake.Role.LAUNCHER,
            new Event.NodeJoined(
                0, 1, "there", job.byFlag(), Map.of(), List.of(), NodeCheckpoints.NONE));
    assertThat(late.read(Command.class))
        .isInstanceOfSatisfying(
            Command.Abort.class,
            abort -> assertThat(abort.reason()).contains("there", "NODE_RANK=0"));
    links.get(1).send(new Event.Iterated(1.0, null, null));
    links.get(2).send(new Event.Iterated(2.0, null, null));
    assertThat(iteration.get()).isEqualTo(1.5);
  }
}
