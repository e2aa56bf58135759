package perseus.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import perseus.agent.command.CommandProcess;
import perseus.agent.gpu.AgentGpu;
import perseus.agent.gpu.AgentGpus;
import perseus.agent.hosts.FromNode0;
import perseus.agent.hosts.Node0Link;
import perseus.agent.hosts.ToNode0;
import perseus.agent.order.RankOrder;
import perseus.agent.wire.AgentClock;
import perseus.agent.wire.AgentSocket;
import perseus.agent.wire.Hello;
import perseus.agent.wire.RankLink;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.record.RunRecorder;

/**
 * Runs the training command on a node of a job on several hosts, except on node 0. The {@link
 * Agent} of node 0 decides which ranks of this host are recorded, and chooses their clocks. If the
 * connection to node 0 is lost, the training command goes on, and the clocks of the GPUs are reset.
 */
public final class FollowingAgent {
  private static final int STATE_SECONDS = 5;

  private final AgentSettings settings;
  private final AgentGpus gpus;
  private final TrainingListener listener;
  private final LocalRecording recording;
  private final LocalRecorders recorders;
  private final ScheduledExecutorService states = Executors.newSingleThreadScheduledExecutor();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final CompletableFuture<CommandProcess> command = new CompletableFuture<>();
  private Node0Link node0;
  private volatile boolean unwritten;

  // The lock of the FollowingAgent object protects the fields from "ranks" to "start".
  private final Map<Integer, Follower> ranks = new TreeMap<>();
  private int start;

  /**
   * Holds a rank of this host, and a future for the tasks that node 0 has requested for the rank.
   * The future completes when all these tasks have ended.
   */
  private static final class Follower {
    final AgentRank rank;
    final int start;
    boolean sentOrder;
    CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    Follower(AgentRank rank, int start) {
      this.rank = rank;
      this.start = start;
    }
  }

  /** The parameters have the same meaning as in the constructor of {@link Agent}. */
  public FollowingAgent(
      AgentSettings settings,
      AgentGpus gpus,
      AgentClock clock,
      RunRecorder recording,
      TrainingListener listener) {
    this.settings = settings;
    this.gpus = gpus;
    this.recording = new LocalRecording(recording, settings, clock);
    this.listener = listener;
    this.recorders = new LocalRecorders(settings, gpus, clock, listener::message, new LocalRanks());
  }

  /**
   * Runs the command. Returns when the training command has ended, all files are written, and node
   * 0 has no more tasks for this node.
   *
   * @throws UserError if node 0 does not answer or refuses this node, or if the training command
   *     cannot be started
   */
  public AgentResult run() {
    try (AgentSocket socket = AgentSocket.open();
        Node0Link joined = Node0Link.join(settings.nodes(), listener::message)) {
      node0 = joined;
      node0.listen(this::take, this::lost);
      socket.accept(recorders::serve, listener::message);
      states.scheduleAtFixedRate(this::sendStates, STATE_SECONDS, STATE_SECONDS, TimeUnit.SECONDS);
      CommandProcess process = new CommandProcess(settings.command(), socket, listener::message);
      command.complete(process);
      int exitCode = process.await();
      recorders.awaitReaders();
      gpus.giveBack();
      node0.send(new ToNode0.CommandEnded());
      done.join();
      boolean connected = !all().isEmpty();
      unwritten |= all().stream().anyMatch(follower -> follower.rank.recordingFailed());
      List<Path> files = List.of();
      try {
        files = recording.finish(gpus, connected);
      } catch (UserError e) {
        unwritten = true;
        listener.message(e.getMessage());
      }
      return new AgentResult(
          AgentResult.exitCode(exitCode, unwritten),
          List.of(),
          gpus.energies(),
          files,
          connected,
          null,
          List.of());
    } finally {
      states.shutdownNow();
      gpus.giveBack();
    }
  }

  private final class LocalRanks implements LocalRecorders.Lead {
    @Override
    public LocalRecorders.Joined join(Hello hello, RankLink link) {
      AgentGpu gpu = gpus.of(hello);
      FromNode0.Answer answer = node0.ask(hello, gpu.uuid());
      synchronized (FollowingAgent.this) {
        if (answer.start() > start) {
          start = answer.start();
          ranks.values().forEach(follower -> follower.rank.discardRecording());
          ranks.clear();
        }
        AgentRank rank =
            new AgentRank(
                hello,
                link,
                gpu,
                recording.start(hello, start),
                recorders.clock(),
                listener::message);
        ranks.put(hello.rank(), new Follower(rank, start));
        return new LocalRecorders.Joined(rank, answer.released() || done.isDone());
      }
    }

    @Override
    public void changed(AgentRank rank) {
      send(rank);
    }
  }

  private synchronized List<Follower> all() {
    return List.copyOf(ranks.values());
  }

  /**
   * For each rank that has not yet ended an iteration, tells node 0 the number of its instructions.
   */
  private void sendStates() {
    for (Follower follower : all()) {
      if (follower.rank.iterations() == 0) {
        send(follower.rank);
      }
    }
  }

  private synchronized void send(AgentRank rank) {
    Follower follower = ranks.get(rank.hello().rank());
    if (follower == null || follower.rank != rank) {
      return;
    }
    RankOrder order = follower.sentOrder ? null : rank.order();
    follower.sentOrder |= order != null;
    node0.send(
        new ToNode0.State(
            rank.hello().rank(),
            follower.start,
            rank.iterations(),
            rank.instructions(),
            order == null ? null : order.pieces().stream().map(ToNode0.Ran::of).toList(),
            rank.problem(),
            rank.gone()));
  }

  /**
   * Processes a message of node 0. Tasks that take long, such as writing logs, run on separate
   * threads.
   */
  private void take(FromNode0 message) {
    if (message instanceof FromNode0.Begin begin) {
      then(
          begin.rank(),
          begin.start(),
          rank ->
              rank.beginRound(
                  begin.warmup(), begin.clocks(), begin.first(), begin.last(), begin.reported()));
    } else if (message instanceof FromNode0.Collect collect) {
      then(
          collect.rank(),
          collect.start(),
          rank -> node0.send(new ToNode0.Measured(collect.rank(), collect.start(), rank.report())));
    } else if (message instanceof FromNode0.Release release) {
      then(release.rank(), release.start(), AgentRank::release);
    } else if (message instanceof FromNode0.GiveBack back) {
      if (back.problem() != null) {
        listener.message(back.problem());
      }
      afterAll(gpus::giveBack);
    } else if (message instanceof FromNode0.Publish publish) {
      afterAll(() -> node0.send(published(publish)));
    } else if (message instanceof FromNode0.Stop) {
      command.thenAccept(CommandProcess::terminate);
    } else if (message instanceof FromNode0.Done) {
      afterAll(() -> done.complete(null));
    }
  }

  private interface Action {
    void on(AgentRank rank);
  }

  /**
   * Runs an action on a rank when all earlier actions on the same rank have ended. If the ranks
   * have been started again meanwhile, the action does not run.
   */
  private synchronized void then(int rank, int ofStart, Action action) {
    Follower follower = ranks.get(rank);
    if (follower != null && follower.start == ofStart) {
      follower.last = follower.last.thenRunAsync(() -> action.on(follower.rank));
    }
  }

  /** Runs an action when all earlier actions on all ranks have ended. */
  private void afterAll(Runnable action) {
    CompletableFuture.allOf(
            all().stream().map(follower -> follower.last).toArray(CompletableFuture<?>[]::new))
        .whenCompleteAsync((nothing, failure) -> action.run());
  }

  /**
   * Writes the logs of the ranks of this node. If this node and node 0 have the same output
   * directory, only node 0 writes run.json and removes older files.
   */
  private ToNode0.Published published(FromNode0.Publish publish) {
    try {
      boolean shared = recording.hasMarker(publish.marker());
      if (!shared) {
        recording.removeEarlier();
      }
      recording.writeLogs(all().stream().map(follower -> follower.rank).toList());
      if (!shared) {
        recording.writeManifest(publish.manifest());
      }
      return new ToNode0.Published(
          null, shared ? null : settings.outputDirectory().toAbsolutePath().toString());
    } catch (RuntimeException e) {
      unwritten = true;
      return new ToNode0.Published(
          e instanceof UserError ? e.getMessage() : "There is an error in Perseus: " + e + ".",
          null);
    }
  }

  private void lost(String sentence) {
    if (done.isDone()) {
      return;
    }
    listener.message(
        sentence
            + (settings.recorded() ? " What was not written before is lost." : "")
            + " Training goes on. perseus-run sets no clocks any more.");
    all().forEach(follower -> follower.rank.release());
    gpus.giveBack();
    done.complete(null);
  }
}
