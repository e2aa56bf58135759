package perseus.job.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.ContentDigest;
import perseus.job.Event;
import perseus.job.Heartbeat;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.NodeSettings;
import perseus.job.RankSettings;
import perseus.record.RunRecorder;
import perseus.recording.run.RunManifest;
import perseus.transport.PeerLostException;
import perseus.wire.ControlLink;
import perseus.wire.JobSecret;

/**
 * A node's part in a job: starts the node's ranks, watches over them, and puts their recording in
 * place. However it ends, no rank is left.
 */
public final class NodeLauncher implements AutoCloseable {
  /** What Ctrl-C makes of a rank before it makes it of this process. */
  private static final List<Integer> INTERRUPTED = List.of(130, 143);

  /** PyTorch says so once about how DJL calls it. */
  private static final Pattern KNOWN_NOISE =
      Pattern.compile("LegacyTypeDispatch.* AutoNonVariableTypeMode is deprecated");

  private static final long INTERRUPTION_MILLIS = 1_500;

  private final TrainingConfig config;
  private final NodeSettings node;
  private final JobSpec job;
  private final LocalSettings local;
  private final TrainingListener listener;
  private final List<RankProcess> ranks = new CopyOnWriteArrayList<>();
  private final Thread killer = new Thread(this::interrupted);
  private final String host = NodeSettings.hostName();
  private volatile boolean over;
  private ControlLink link;

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
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /**
   * Takes part in a job until it is done.
   *
   * @param master where node 0 is
   * @param secret what launchers prove themselves with
   * @param recording of this node; null where none is kept
   * @throws UserError if any part of the job fails
   */
  void run(InetSocketAddress master, JobSecret secret, RunRecorder recording) {
    // Read before node 0 listens for this node's heartbeat. A single node agrees with itself.
    Map<String, ContentDigest> inputs = node.nodes() > 1 ? local.inputs() : Map.of();
    link = NodeZero.call(master, secret, node, listener);
    try {
      link.send(new Event.NodeJoined(node.node(), node.nodes(), host, job.byFlag(), inputs));
      Heartbeat.start(link, "tells node 0 that this node is alive");
      while (true) {
        Command order = link.read(Command.class);
        if (order instanceof Command.Launch launch) {
          launch(
              launch.secret() == null ? node.secret() : launch.secret(),
              launch.master() == null ? link.remoteAddress().getHostAddress() : launch.master(),
              launch.sharing(),
              recording);
        } else if (order instanceof Command.Publish publish) {
          publish(publish, recording);
          link.send(new Event.Published(publish.step()));
        } else if (order instanceof Command.Abort abort) {
          throw new UserError(abort.reason());
        } else if (order instanceof Command.End) {
          end();
          return;
        }
      }
    } catch (IOException e) {
      throw new UserError(
          "Node 0 at %s:%d is gone: its launcher has ended, or cannot be reached any more."
              .formatted(master.getHostString(), master.getPort()),
          e);
    }
  }

  /**
   * Pauses.
   *
   * @throws UserError if the run is interrupted meanwhile
   */
  static void sleep(Duration duration) {
    try {
      TimeUnit.MILLISECONDS.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("The run was interrupted.", e);
    }
  }

  private synchronized void launch(
      String secret, String master, int sharing, RunRecorder recording) {
    LocalSettings here =
        local.with(
            Math.max(1, local.threads() / sharing),
            recording == null ? local.scratch() : recording.scratch().toString());
    for (int i = 0; i < config.gpusPerNode() && !over; i++) {
      int rank = node.node() * config.gpusPerNode() + i;
      RankSettings settings =
          new RankSettings(
              rank, master, link.remotePort(), secret, node.timeout().toSeconds(), job, here);
      RankProcess process =
          new RankProcess(
              rank,
              RankCommand.line(here.threads()),
              RankCommand.environment(here.threads()),
              settings.toLine(),
              this::printed);
      ranks.add(process);
      process.exit().thenAccept(code -> exited(process, code));
    }
  }

  private void printed(int rank, String line, boolean error) {
    if (!KNOWN_NOISE.matcher(line).find()) {
      listener.rankPrinted(rank, line, error);
    }
  }

  private void exited(RankProcess process, int code) {
    if (over || code == 0) {
      // A rank that ends so has said that it is done.
      return;
    }
    if (INTERRUPTED.contains(code)) {
      // Ctrl-C reaches all processes of a terminal: if it was that, this one ends as well.
      sleep(Duration.ofMillis(INTERRUPTION_MILLIS));
    }
    String sentence = "Rank %d on %s %s.".formatted(process.rank(), host, process.epitaph(code));
    try {
      if (!over) {
        link.send(new Event.Failed(sentence, code == PeerLostException.EXIT_CODE));
      }
    } catch (IOException e) {
      // Without node 0 this node ends anyway.
    }
  }

  private void publish(Command.Publish order, RunRecorder recording) {
    if (recording == null) {
      return;
    }
    int first = node.node() * config.gpusPerNode();
    switch (order.step()) {
      case CLEAR -> recording.removeFormerLogs();
      case MOVE -> {
        for (int rank = first; rank < first + config.gpusPerNode(); rank++) {
          recording.moveLogs(rank);
        }
      }
      case MANIFEST ->
          AtomicFiles.write(
              config.outputDirectory().resolve(RunManifest.FILE_NAME), order.manifest());
    }
  }

  /** Waits until the ranks have ended by themselves. */
  private void end() {
    over = true;
    for (RankProcess rank : ranks) {
      try {
        rank.exit().get(5, TimeUnit.SECONDS);
      } catch (Exception e) {
        rank.kill();
      }
    }
  }

  private void interrupted() {
    over = true;
    kill();
  }

  private void kill() {
    // Not synchronized with launch(), which may hang in the start of a process.
    for (RankProcess rank : List.copyOf(ranks)) {
      rank.kill();
    }
  }

  @Override
  public void close() {
    over = true;
    synchronized (this) {
      kill();
    }
    if (link != null) {
      link.close();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException e) {
      // The program is ending already, and the hook has run or will.
    }
  }
}
