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

/**
 * The side of node 0 to which all launchers and ranks of a job connect. It makes all ranks run the
 * same iteration, and notices when one of them is gone.
 *
 * <p>Every call that waits ends with an {@link UserError} when a part of the job has failed.
 */
public final class Coordinator implements Cluster, AutoCloseable {
  /**
   * A rank that says nothing for so long is stopped. One that lives says so every two seconds from
   * a thread of its own; on few cores, with a full heap or a swapping host, that takes it seconds
   * more, but not half a minute.
   */
  private static final Duration RANK_SILENCE_LIMIT = Duration.ofSeconds(30);

  private static final long MOST_SILENT_BEATS = RANK_SILENCE_LIMIT.dividedBy(Heartbeat.PERIOD);

  private final TrainingConfig config;
  private final TrainingListener listener;
  private final JobPort port;
  private final HostSlowdown hosts;
  private final Peers launchers;
  private final Peers ranks;
  private final Event.NodeJoined[] nodes;
  private final EventQueue reports;
  private final Rendezvous rendezvous;
  private final IterationTimeout patience = new IterationTimeout();

  /**
   * @param port at which launchers and ranks arrive
   */
  public Coordinator(
      TrainingConfig config,
      NodeSettings node,
      JobSpec settings,
      TrainingListener listener,
      JobPort port) {
    this.config = config;
    this.listener = listener;
    this.port = port;
    this.hosts = new HostSlowdown(config, settings);
    this.launchers = new Peers("Node", node.nodes());
    this.ranks = new Peers("Rank", config.job().degrees().worldSize());
    this.nodes = new Event.NodeJoined[node.nodes()];
    this.reports =
        new EventQueue(port, launchers, ranks, number -> nodes[number].host(), this::host);
    this.rendezvous =
        new Rendezvous(node, settings, listener, port, reports, launchers, ranks, nodes);
    Daemon.start(this::beat, "tells launchers that node 0 is alive");
  }

  private void beat() {
    try {
      while (!port.isClosed()) {
        launchers.tell(new Command.Alive());
        for (Peer rank : ranks) {
          // Counted in beats of this process, as it may have been stopped together with its ranks.
          if (rank.beat() == MOST_SILENT_BEATS) {
            failed(
                "Rank %d on %s has given no sign of life for %d s: its process is stopped, or its host hangs."
                    .formatted(rank.number(), host(rank.number()), RANK_SILENCE_LIMIT.toSeconds()));
            // Whoever is about to tell it something would wait for ever.
            rank.link().close();
          }
        }
        TimeUnit.MILLISECONDS.sleep(Heartbeat.PERIOD.toMillis());
      }
    } catch (InterruptedException e) {
      // Nobody does that.
    }
  }

  /**
   * Waits for all nodes, lets them launch their ranks, and waits until these hold their stages.
   *
   * @throws UserError if some do not come in time; it says which
   */
  public void assemble() {
    hosts.share(rendezvous.awaitNodes());
    rendezvous.launchRanks();
    // Building a large stage takes as long as it takes.
    reports.collect(Event.Ready.class, ranks, (member, ready) -> {});
  }

  /** Where a rank runs. */
  public String host(int rank) {
    return nodes[config.node(rank)].host();
  }

  @Override
  public void beginRound(Round round, int iterations, boolean breakdown) {
    hosts.beginRound(round.warmup()).ifPresent(listener::said);
    for (Peer rank : ranks) {
      rank.tell(
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
    ranks.tell(new Command.Iterate());
    List<Double> losses = new ArrayList<>();
    reports.collect(
        Event.Iterated.class,
        ranks,
        (member, done) -> {
          if (done.loss() != null) {
            losses.add(done.loss());
          }
        },
        start + patience.limit().toNanos(),
        missing -> listener.said(patience.sentence(ranks.named(missing), missing.size())));
    double seconds = (System.nanoTime() - start) / 1e9;
    patience.took(seconds);
    // Where a replica's is not a number, neither is the mean.
    return new Iteration(
        seconds, losses.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN));
  }

  @Override
  public List<RankResult> endRound() {
    ranks.tell(new Command.EndRound());
    RankResult[] results = new RankResult[ranks.size()];
    reports.collect(
        Event.Measured.class,
        ranks,
        (member, measured) -> {
          results[member.number()] = measured.result();
          hosts.measured(member.number(), measured.neededSlowdown(), measured.lateness());
        });
    hosts.endRound();
    return List.of(results);
  }

  /** Says how simulated GPUs kept pace, and where a host was too busy for that. */
  public void sayPace() {
    if (config.exportTimingCsv()) {
      listener.said(hosts.forReplays());
    }
    hosts.warning(this::host).ifPresent(listener::said);
  }

  /** Lets the ranks write their logs and the launchers put them in place. */
  public void publish(String manifest) {
    ranks.tell(new Command.WriteLogs());
    reports.collect(Event.Recorded.class, ranks, (member, recorded) -> {});
    for (Command.Publish.Step step : Command.Publish.Step.values()) {
      launchers.tell(new Command.Publish(step, manifest));
      reports.collect(Event.Published.class, launchers, (member, published) -> {});
    }
  }

  /** Lets everybody go, the launchers when no rank has anything left to do. */
  public void end() {
    ranks.tell(new Command.End());
    // A rank that has ended is no longer one that can be missed.
    reports.collect(Event.Ended.class, ranks, (member, ended) -> ranks.remove(member));
    launchers.tell(new Command.End());
  }

  /** Tells all launchers that the job has failed. */
  public void abort(String reason) {
    launchers.tell(new Command.Abort(reason));
  }

  /** Something else has failed; news only where the coordinator did not say so. */
  public void failed(String sentence) {
    port.add(new Event.Failed(sentence, false));
  }

  @Override
  public void close() {
    port.close();
    for (Peers members : List.of(launchers, ranks)) {
      members.forEach(member -> member.link().close());
    }
  }
}
