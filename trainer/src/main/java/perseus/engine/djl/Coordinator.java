package perseus.engine.djl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.engine.Cluster;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.parallel.Daemon;
import perseus.recording.InputException;

/**
 * The side of node 0 to which all launchers and ranks of a job connect. It makes all ranks run the
 * same iteration, and notices when one of them is gone.
 *
 * <p>Every call that waits ends with an {@link InputException} when a part of the job has failed.
 */
final class Coordinator implements Cluster, AutoCloseable {
  /**
   * A rank that says nothing for so long is stopped. One that lives says so every two seconds from
   * a thread of its own; on few cores, with a full heap or a swapping host, that takes it seconds
   * more, but not half a minute.
   */
  private static final Duration RANK_SILENCE_LIMIT = Duration.ofSeconds(30);

  private static final long MOST_SILENT_BEATS = RANK_SILENCE_LIMIT.dividedBy(JobPort.HEARTBEAT);

  private final TrainingConfig config;
  private final TrainingListener listener;
  private final JobPort port;
  private final HostSlowdown hosts;
  private final Members launchers;
  private final Members ranks;
  private final Report.NodeJoined[] nodes;
  private final ReportQueue reports;
  private final Rendezvous rendezvous;
  private final IterationPatience patience = new IterationPatience();

  /**
   * @param port at which launchers and ranks arrive
   */
  Coordinator(
      TrainingConfig config,
      NodeSettings node,
      JobSettings settings,
      TrainingListener listener,
      JobPort port) {
    this.config = config;
    this.listener = listener;
    this.port = port;
    this.hosts = new HostSlowdown(config, settings);
    this.launchers = new Members("Node", node.nodes());
    this.ranks = new Members("Rank", config.job().degrees().worldSize());
    this.nodes = new Report.NodeJoined[node.nodes()];
    this.reports =
        new ReportQueue(port, launchers, ranks, number -> nodes[number].host(), this::host);
    this.rendezvous =
        new Rendezvous(node, settings, listener, port, reports, launchers, ranks, nodes);
    Daemon.start(this::beat, "tells launchers that node 0 is alive");
  }

  private void beat() {
    try {
      while (!port.isClosed()) {
        launchers.tell(new Order.Alive());
        for (Member rank : ranks) {
          // Counted in beats of this process, as it may have been stopped together with its ranks.
          if (rank.beat() == MOST_SILENT_BEATS) {
            failed(
                "Rank %d on %s has given no sign of life for %d s: its process is stopped, or its host hangs."
                    .formatted(rank.number(), host(rank.number()), RANK_SILENCE_LIMIT.toSeconds()));
            // Whoever is about to tell it something would wait for ever.
            rank.link().close();
          }
        }
        TimeUnit.MILLISECONDS.sleep(JobPort.HEARTBEAT.toMillis());
      }
    } catch (InterruptedException e) {
      // Nobody does that.
    }
  }

  /**
   * Waits for all nodes, lets them launch their ranks, and waits until these hold their stages.
   *
   * @throws InputException if some do not come in time; it says which
   */
  void assemble() {
    hosts.share(rendezvous.awaitNodes());
    rendezvous.launchRanks();
    // Building a large stage takes as long as it takes.
    reports.collect(Report.Ready.class, ranks, (member, ready) -> {});
  }

  /** Where a rank runs. */
  String host(int rank) {
    return nodes[config.node(rank)].host();
  }

  @Override
  public void beginRound(Round round, int iterations, boolean breakdown) {
    hosts.beginRound(round.warmup()).ifPresent(listener::said);
    for (Member rank : ranks) {
      rank.tell(
          new Order.BeginRound(
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
    ranks.tell(new Order.Iterate());
    List<Double> losses = new ArrayList<>();
    reports.collect(
        Report.Iterated.class,
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
    ranks.tell(new Order.EndRound());
    RankResult[] results = new RankResult[ranks.size()];
    reports.collect(
        Report.Measured.class,
        ranks,
        (member, measured) -> {
          results[member.number()] = measured.result();
          hosts.measured(member.number(), measured.neededSlowdown(), measured.lateness());
        });
    hosts.endRound();
    return List.of(results);
  }

  /** Says how simulated GPUs kept pace, and where a host was too busy for that. */
  void sayPace() {
    if (config.exportTimingCsv()) {
      listener.said(hosts.forReplays());
    }
    hosts.warning(this::host).ifPresent(listener::said);
  }

  /** Lets the ranks write their logs and the launchers put them in place. */
  void publish(String manifest) {
    ranks.tell(new Order.WriteLogs());
    reports.collect(Report.Recorded.class, ranks, (member, recorded) -> {});
    for (Order.Publish.Step step : Order.Publish.Step.values()) {
      launchers.tell(new Order.Publish(step, manifest));
      reports.collect(Report.Published.class, launchers, (member, published) -> {});
    }
  }

  /** Lets everybody go, the launchers when no rank has anything left to do. */
  void end() {
    ranks.tell(new Order.End());
    // A rank that has ended is no longer one that can be missed.
    reports.collect(Report.Ended.class, ranks, (member, ended) -> ranks.remove(member));
    launchers.tell(new Order.End());
  }

  /** Tells all launchers that the job has failed. */
  void abort(String reason) {
    launchers.tell(new Order.Abort(reason));
  }

  /** Something else has failed; news only where the coordinator did not say so. */
  void failed(String sentence) {
    port.add(new Report.Failed(sentence, false));
  }

  @Override
  public void close() {
    port.close();
    for (Members members : List.of(launchers, ranks)) {
      members.forEach(member -> member.link().close());
    }
  }
}
