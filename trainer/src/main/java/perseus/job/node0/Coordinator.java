package perseus.job.node0;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.engine.Cluster;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.Heartbeat;
import perseus.job.JobSpec;
import perseus.job.NodeSettings;
import perseus.wire.Daemon;
import perseus.wire.Deadline;

/**
 * Controls all ranks of a job from node 0: makes them run the same iteration, collects what they
 * measure, and notices when a launcher or a rank is lost.
 *
 * <p>Every method that waits throws a {@link UserError} if a part of the job has failed.
 */
public final class Coordinator implements Cluster, AutoCloseable {
  /**
   * A rank that sends nothing for this long counts as stopped. Each rank has a thread that sends a
   * heartbeat every 2 s. Few cores, a full heap or a swapping host delay it by seconds, but not by
   * half a minute.
   */
  private static final Duration RANK_SILENCE_LIMIT = Duration.ofSeconds(30);

  private static final long MAX_SILENT_BEATS = RANK_SILENCE_LIMIT.dividedBy(Heartbeat.PERIOD);

  private final TrainingConfig config;
  private final TrainingListener listener;
  private final JobPort port;
  private final HostSlowdown hosts;
  private final Peers launchers;
  private final Peers ranks;
  private final Event.NodeJoined[] nodes;
  private final EventQueue events;
  private final Rendezvous rendezvous;
  private final IterationTimeout timeout = new IterationTimeout();

  /**
   * Starts sending heartbeats to the launchers.
   *
   * @param port the port that launchers and ranks connect to; {@link #close} closes it
   */
  public Coordinator(
      TrainingConfig config,
      NodeSettings node,
      JobSpec job,
      TrainingListener listener,
      JobPort port) {
    this.config = config;
    this.listener = listener;
    this.port = port;
    this.hosts = new HostSlowdown(config, job);
    this.launchers = new Peers("Node", node.nodes());
    this.ranks = new Peers("Rank", config.job().degrees().worldSize());
    this.nodes = new Event.NodeJoined[node.nodes()];
    this.events =
        new EventQueue(port, launchers, ranks, number -> nodes[number].host(), this::host);
    this.rendezvous = new Rendezvous(node, job, listener, port, events, launchers, ranks, nodes);
    Daemon.start(this::beat, "sends heartbeats of node 0");
  }

  private void beat() {
    try {
      while (!port.isClosed()) {
        launchers.send(new Command.Alive());
        for (Peer rank : ranks) {
          // Silence is counted in heartbeats of this process and not in seconds, because this
          // process may have been stopped together with its ranks.
          if (rank.countSilentBeat() == MAX_SILENT_BEATS) {
            failed(
                "Rank %d on %s has sent nothing for %d s: its process is stopped, or its host hangs. Check that host, then run the job again."
                    .formatted(rank.number(), host(rank.number()), RANK_SILENCE_LIMIT.toSeconds()));
            // A thread that is sending to this rank would otherwise wait for ever.
            rank.link().close();
          }
        }
        TimeUnit.MILLISECONDS.sleep(Heartbeat.PERIOD.toMillis());
      }
    } catch (InterruptedException e) {
      // No code interrupts this thread.
    }
  }

  /**
   * Waits for all nodes, makes them launch their ranks, and waits until all ranks are ready.
   *
   * @throws UserError if a node or a rank does not connect in time; the message names it
   */
  public void assemble() {
    hosts.setNodesPerHost(rendezvous.awaitNodes());
    rendezvous.launchRanks();
    // There is no time limit, because building a large stage may take long.
    events.collect(Event.Ready.class, ranks, (peer, ready) -> {});
  }

  /** Returns the name of a rank's host. */
  public String host(int rank) {
    return nodes[config.node(rank)].host();
  }

  @Override
  public void beginRound(Round round, int iterations, boolean breakdown) {
    hosts.beginRound(round.warmup()).ifPresent(listener::message);
    for (Peer rank : ranks) {
      rank.send(
          new Command.BeginRound(
              round.warmup(),
              hosts.slowdown(),
              iterations,
              breakdown,
              round.schedules().get(rank.number()).powerStates()));
    }
  }

  @Override
  public Iteration iterate() {
    long start = System.nanoTime();
    Deadline expected = Deadline.after(timeout.limit());
    ranks.send(new Command.Iterate());
    List<Double> losses = new ArrayList<>();
    events.collect(
        Event.Iterated.class,
        ranks,
        (peer, done) -> {
          if (done.loss() != null) {
            losses.add(done.loss());
          }
        },
        expected,
        missing -> listener.message(timeout.message(ranks.describe(missing), missing.size())));
    double seconds = (System.nanoTime() - start) / 1e9;
    timeout.record(seconds);
    // If the loss of one pipeline is not a number, the mean is not a number either.
    return new Iteration(
        seconds, losses.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN));
  }

  @Override
  public List<RankResult> endRound() {
    ranks.send(new Command.EndRound());
    RankResult[] results = new RankResult[ranks.size()];
    events.collect(
        Event.Measured.class,
        ranks,
        (peer, measured) -> {
          results[peer.number()] = measured.result();
          hosts.measured(peer.number(), measured.neededSlowdown(), measured.lateness());
        });
    hosts.endRound();
    return List.of(results);
  }

  /** Tells the user the pace of the simulated GPUs, and warns if a host could not keep up. */
  public void reportPace() {
    if (config.exportTimingCsv()) {
      listener.message(hosts.replayHint());
    }
    hosts.warning(this::host).ifPresent(listener::message);
  }

  /**
   * Makes the ranks write their logs, and the launchers move them into the run directory.
   *
   * @param manifest the text of run.json
   */
  public void publish(String manifest) {
    ranks.send(new Command.WriteLogs());
    events.collect(Event.Recorded.class, ranks, (peer, recorded) -> {});
    for (Command.Publish.Step step : Command.Publish.Step.values()) {
      launchers.send(new Command.Publish(step, manifest));
      events.collect(Event.Published.class, launchers, (peer, published) -> {});
    }
  }

  /** Ends all ranks and then all launchers. */
  public void end() {
    ranks.send(new Command.End());
    // A rank is removed so that the end of its connection does not count as a loss.
    events.collect(Event.Ended.class, ranks, (peer, ended) -> ranks.remove(peer));
    launchers.send(new Command.End());
  }

  /** Tells all launchers that the job has failed. */
  public void abort(String reason) {
    launchers.send(new Command.Abort(reason));
  }

  /**
   * Reports a failure that another part of this process has noticed. A method that waits for events
   * now, or the next one that waits, throws it as a {@link UserError}.
   */
  public void failed(String sentence) {
    port.add(new Event.Failed(sentence, false));
  }

  @Override
  public void close() {
    port.close();
    for (Peers peers : List.of(launchers, ranks)) {
      peers.forEach(peer -> peer.link().close());
    }
  }
}
