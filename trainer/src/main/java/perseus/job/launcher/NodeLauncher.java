package perseus.job.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import perseus.checkpoint.NodeCheckpoints;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.gpu.GpuInfo;
import perseus.gpu.clock.ClockControl;
import perseus.gpu.clock.ClockGuard;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.ContentDigest;
import perseus.job.Event;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.NodeSettings;
import perseus.job.RankSettings;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;
import perseus.transport.PeerLostException;
import perseus.wire.ControlLink;
import perseus.wire.Handshake;
import perseus.wire.Heartbeat;
import perseus.wire.HostName;
import perseus.wire.JobSecret;
import perseus.wire.NodeZero;

/**
 * Runs on each node of a job and executes the commands of node 0 (the node that coordinates the
 * job). The launcher starts the processes of the node's ranks, reports ranks that fail, and moves
 * the ranks' logs into the run directory. Before the launcher ends, it ends the processes of all
 * its ranks, even after a failure.
 */
final class NodeLauncher implements AutoCloseable {
  private static final String ADVICE = "Start node 0, or correct MASTER_ADDR and MASTER_PORT.";

  /** Exit codes of a rank that Ctrl-C (130) or SIGTERM (143) has ended. */
  private static final List<Integer> INTERRUPTED = List.of(130, 143);

  /**
   * The launcher does not print PyTorch's warning "AutoNonVariableTypeMode is deprecated". The
   * library DJL causes the warning, and users cannot prevent it.
   */
  private static final Pattern IGNORED_OUTPUT =
      Pattern.compile("LegacyTypeDispatch.* AutoNonVariableTypeMode is deprecated");

  /**
   * Time between the end of a rank by Ctrl-C or SIGTERM and the report that the rank has failed.
   * Ctrl-C, for example, also ends the launcher within this time, and then no rank is reported as
   * failed.
   */
  private static final Duration INTERRUPTION = Duration.ofMillis(1_500);

  /**
   * After the job is done, the launcher kills each rank that does not end within {@code
   * RANK_END_SECONDS} seconds.
   */
  private static final int RANK_END_SECONDS = 5;

  private final TrainingConfig config;
  private final NodeSettings node;
  private final JobSpec job;
  private final LocalSettings local;
  private final TrainingListener listener;
  private final List<RankProcess> ranks = new CopyOnWriteArrayList<>();
  private final Thread shutdownHook = new Thread(this::abandon);
  private final String host = HostName.get();
  private final LauncherCheckpoints checkpoints;
  private volatile boolean ending;
  private volatile boolean published;
  private ControlLink link;
  private ClockGuard guard;

  NodeLauncher(
      TrainingConfig config,
      NodeSettings node,
      JobSpec job,
      LocalSettings local,
      TrainingListener listener) {
    this.config = config;
    this.node = node;
    this.job = job;
    this.local = local;
    this.listener = listener;
    this.checkpoints = new LauncherCheckpoints(node.node(), host, local.checkpoints());
    Runtime.getRuntime().addShutdownHook(shutdownHook);
  }

  /**
   * Connects to node 0 and executes the commands of node 0 until the job is done.
   *
   * @param master the address of node 0
   * @param secret the secret with which launchers authenticate themselves to node 0
   * @param recording the recorder of this node's run directory; null if the job writes no logs
   * @throws UserError if any part of the job fails
   */
  void run(InetSocketAddress master, JobSecret secret, RunRecorder recording) {
    // Digests of large input files take long. The launcher computes them first, because node 0
    // expects heartbeats as soon as the launcher is connected. A job of a single node needs digests
    // of input files only for checkpoints.
    Map<String, ContentDigest> inputs =
        node.nodes() > 1 || job.checkpoints().save() || job.checkpoints().resume()
            ? local.inputs()
            : Map.of();
    NodeCheckpoints found = checkpoints.found();
    link =
        NodeZero.call(
            master, Handshake.Role.LAUNCHER, secret, node.timeout(), ADVICE, listener::message);
    try {
      link.setReadTimeout(node.node() > 0 ? Heartbeat.SILENCE_LIMIT : Duration.ZERO);
      link.send(
          new Event.NodeJoined(
              node.node(), node.nodes(), host, job.byFlag(), inputs, local.gpus(), found));
      Heartbeat.start(link, new Event.Alive(), "sends heartbeats of this node");
      while (true) {
        Command command = link.read(Command.class);
        if (command instanceof Command.Launch launch) {
          launch(
              launch.secret() == null ? node.secret().keyText() : launch.secret(),
              launch.masterHost() == null
                  ? link.remoteAddress().getHostAddress()
                  : launch.masterHost(),
              launch.nodesOnHost(),
              recording);
        } else if (command instanceof Command.Publish publish) {
          publish(publish, recording);
          link.send(new Event.Published(publish.step()));
        } else if (command instanceof Command.Abort abort) {
          throw new UserError(abort.reason());
        } else if (command instanceof Command.End) {
          end();
          return;
        } else {
          checkpoints.execute(command, link);
        }
      }
    } catch (IOException e) {
      throw new UserError(
          "Node 0 at %s:%d is gone: its launcher has ended, or its host cannot be reached. Look for the cause in node 0's output, then start all nodes again."
              .formatted(master.getHostString(), master.getPort()),
          e);
    }
  }

  private synchronized void launch(
      String secret, String masterHost, int nodesOnHost, RunRecorder recording) {
    LocalSettings here =
        local.with(
            Math.max(1, local.threads() / nodesOnHost),
            recording == null ? local.scratch() : recording.scratch().toString());
    guard =
        ClockGuard.open(
            here.gpus().isEmpty()
                ? new ClockControl.None()
                : ClockControl.parse(job.device().clockControl(), System.getenv()),
            job.device().gpu(),
            here.gpus().stream().map(GpuInfo::uuid).distinct().toList(),
            job.device().powerLimits(),
            listener::message);
    for (int i = 0; i < config.gpusPerNode() && !ending; i++) {
      int rank = node.node() * config.gpusPerNode() + i;
      String uuid = here.gpus().isEmpty() ? null : here.gpus().get(i).uuid();
      RankSettings settings =
          new RankSettings(
              rank,
              masterHost,
              link.remotePort(),
              secret,
              node.timeout().toSeconds(),
              job,
              uuid,
              here);
      RankProcess process =
          new RankProcess(
              rank,
              RankCommand.line(here.threads()),
              RankCommand.environment(here, job.model().precision(), uuid),
              settings.toLine(),
              this::print);
      ranks.add(process);
      guard.watch(process.pid());
      process.exit().thenAccept(code -> exited(process, code));
    }
  }

  private void print(int rank, String line, boolean error) {
    if (!IGNORED_OUTPUT.matcher(line).find()) {
      listener.rankPrinted(rank, line, error);
    }
  }

  private void exited(RankProcess process, int code) {
    if (ending || code == 0) {
      // A rank ends with exit code 0 only after it has reported to node 0 that it is done.
      return;
    }
    if (INTERRUPTED.contains(code)) {
      NodeZero.sleep(INTERRUPTION);
    }
    String sentence =
        "Rank %d on %s %s.".formatted(process.rank(), host, process.describeExit(code));
    try {
      if (!ending) {
        link.send(new Event.Failed(sentence, code == PeerLostException.EXIT_CODE));
      }
    } catch (IOException e) {
      // The thread that reads from node 0 notices a lost connection to node 0 and ends this
      // launcher.
    }
  }

  private void publish(Command.Publish command, RunRecorder recording) {
    if (recording == null) {
      return;
    }
    int first = node.node() * config.gpusPerNode();
    switch (command.step()) {
      case CLEAR -> recording.removeEarlierRecording();
      case MOVE -> {
        for (int rank = first; rank < first + config.gpusPerNode(); rank++) {
          recording.moveLogs(rank);
        }
      }
      case MANIFEST -> {
        AtomicFiles.write(
            config.outputDirectory().resolve(RunManifest.FILE_NAME), command.manifest());
        published = true;
      }
    }
  }

  /** Waits until the ranks have ended, and kills each rank that does not end within 5 seconds. */
  private void end() {
    ending = true;
    for (RankProcess rank : ranks) {
      try {
        rank.exit().get(RANK_END_SECONDS, TimeUnit.SECONDS);
      } catch (Exception e) {
        rank.kill();
        rank.awaitKilled();
      }
    }
  }

  /**
   * Kills the ranks, because the launcher itself is ending, for example after Ctrl-C or SIGTERM.
   */
  private void abandon() {
    boolean early = !ending;
    ending = true;
    List<RankProcess> running = List.copyOf(ranks);
    running.forEach(RankProcess::kill);
    if (early) {
      String name = "Node %d on %s".formatted(node.node(), host);
      SignalReport.tell(name, config.exportTimingCsv() && !published, listener, link);
    }
    running.forEach(RankProcess::awaitKilled);
    checkpoints.deleteUnfinished();
  }

  private void kill() {
    // The method kill() is not synchronized, because it must not wait for the method launch(). The
    // method launch() may block for a long time when it starts a process.
    List<RankProcess> running = List.copyOf(ranks);
    running.forEach(RankProcess::kill);
    running.forEach(RankProcess::awaitKilled);
  }

  @Override
  public void close() {
    ending = true;
    synchronized (this) {
      kill();
      if (guard != null) {
        guard.close();
      }
    }
    checkpoints.deleteUnfinished();
    if (link != null) {
      link.close();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // While the program shuts down, Java runs the shutdown hook itself and refuses to remove the
      // hook.
    }
  }
}
