package perseus.job.node0;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.engine.Cluster;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.gpu.ClocksInForce;
import perseus.gpu.GpuInfo;
import perseus.io.UserError;
import perseus.job.Command;
import perseus.job.Event;
import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.job.NodeSettings;
import perseus.wire.Daemon;
import perseus.wire.Deadline;
import perseus.wire.Heartbeat;

/**
 * Controls all ranks of a job from node 0 (the node that coordinates the job). The coordinator
 * makes the ranks run the same iteration, collects their measurements, and notices lost launchers
 * and ranks. This class implements {@link Cluster} for jobs whose ranks are processes.
 *
 * <p>Every method that waits for launchers or ranks throws a {@link UserError} if a part of the job
 * has failed.
 */
public final class Coordinator implements Cluster, AutoCloseable {
  /**
   * A rank is treated as lost if no message arrives from it for the time {@code
   * RANK_SILENCE_LIMIT}. Each rank has a thread that sends a heartbeat every 2 seconds. Too few
   * cores, a full Java heap or a swapping host can delay a heartbeat by some seconds, but not by 30
   * seconds.
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
  private final Checkpoints checkpoints;
  private final LossScaleWatch lossScale;
  private final IterationTimeout timeout = new IterationTimeout();
  private boolean overlapsGradReduce;

  /**
   * Creates the coordinator and starts to send heartbeats to the launchers.
   *
   * @param local the settings of node 0, which contain the paths of its checkpoints
   * @param port the port to which launchers and ranks connect. The method {@link #close} closes the
   *     given port.
   */
  public Coordinator(
      TrainingConfig config,
      NodeSettings node,
      JobSpec job,
      LocalSettings local,
      TrainingListener listener,
      JobPort port) {
    this.config = config;
    this.listener = listener;
    this.port = port;
    this.lossScale = new LossScaleWatch(listener);
    this.hosts = new HostSlowdown(config, job);
    this.launchers = new Peers("Node", node.nodes());
    this.ranks = new Peers("Rank", config.job().degrees().worldSize());
    this.nodes = new Event.NodeJoined[node.nodes()];
    this.events =
        new EventQueue(port, launchers, ranks, number -> nodes[number].host(), this::host);
    this.rendezvous = new Rendezvous(node, job, listener, port, events, launchers, ranks, nodes);
    String resumed = local.checkpoints().resume();
    this.checkpoints =
        new Checkpoints(
            config,
            job,
            resumed == null ? null : Path.of(resumed),
            listener,
            events,
            launchers,
            ranks,
            nodes);
    Daemon.start(this::beat, "sends heartbeats of node 0");
  }

  private void beat() {
    try {
      while (!port.isClosed()) {
        launchers.send(new Command.Alive());
        for (Peer rank : ranks) {
          // The silence of a rank is counted in heartbeats that this process sends, not in seconds.
          // While the operating system suspends this process and the ranks together, the silence of
          // the ranks does not grow.
          if (rank.countSilentBeat() == MAX_SILENT_BEATS) {
            failed(
                "Rank %d on %s has sent nothing for %d s: its process is stopped, or its host hangs. Check that host, then run the job again."
                    .formatted(rank.number(), host(rank.number()), RANK_SILENCE_LIMIT.toSeconds()));
            // If another thread is sending a command to a lost rank, the call of this thread may
            // wait without end. Closing the link to the lost rank ends the calls of threads that
            // send to this rank.
            rank.link().close();
          }
        }
        TimeUnit.MILLISECONDS.sleep(Heartbeat.PERIOD.toMillis());
      }
    } catch (InterruptedException e) {
      // InterruptedException never occurs here, because no code interrupts the thread that sends
      // heartbeats.
    }
  }

  /**
   * Waits for the launchers of all nodes, tells them to start their ranks, and waits until all
   * ranks are ready. If the job resumes from a checkpoint, the ranks read it.
   *
   * @throws UserError if a node or a rank does not connect within the timeout, or if the job cannot
   *     resume from the checkpoint. The error message names the node, the rank or the file.
   */
  public void assemble() {
    hosts.setNodesPerHost(rendezvous.awaitNodes());
    checkpoints.prepare();
    rendezvous.launchRanks();
    // Waiting for events of the type Ready has no time limit, because a rank may build a large
    // stage for a long time.
    events.collect(
        Event.Ready.class,
        ranks,
        (peer, ready) -> overlapsGradReduce |= ready.overlapsGradReduce());
    checkpoints.resume();
  }

  /** Returns the name of the host on which a rank runs. */
  public String host(int rank) {
    return nodes[config.node(rank)].host();
  }

  /** Returns the UUID of a rank's real GPU; null if GPUs are simulated. */
  public String gpuUuid(int rank) {
    List<GpuInfo> gpus = nodes[config.node(rank)].gpus();
    return gpus.isEmpty() ? null : gpus.get(rank % config.gpusPerNode()).uuid();
  }

  @Override
  public void beginRound(Round round, boolean breakdown) {
    hosts.beginRound(round.warmup()).ifPresent(listener::message);
    for (Peer rank : ranks) {
      rank.send(
          new Command.BeginRound(
              round.warmup(),
              hosts.slowdown(),
              breakdown,
              round.precision() > 0,
              round.schedules().get(rank.number()).powerStates()));
    }
  }

  @Override
  public Iteration iterate() {
    long start = System.nanoTime();
    Deadline expected = Deadline.after(timeout.limit());
    ranks.send(new Command.Iterate());
    List<Double> losses = new ArrayList<>();
    List<Double> precisions = new ArrayList<>();
    List<Event.LossScaling> scalings = new ArrayList<>();
    events.collect(
        Event.Iterated.class,
        ranks,
        (peer, done) -> {
          if (done.loss() != null) {
            losses.add(done.loss());
          }
          precisions.add(done.precision() == null ? Double.POSITIVE_INFINITY : done.precision());
          scalings.add(done.scaling());
        },
        expected,
        missing -> listener.message(timeout.message(ranks.describe(missing), missing.size())));
    double seconds = (System.nanoTime() - start) / 1e9;
    timeout.record(seconds);
    // If the loss of one pipeline is NaN, the mean loss over all pipelines is also NaN.
    double loss = losses.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    checkpoints.iterationFinished(loss);
    lossScale.stepFinished(checkpoints.step(), scalings);
    return new Iteration(seconds, loss, Collections.max(precisions));
  }

  @Override
  public void saveIfDue() {
    checkpoints.saveIfDue();
  }

  @Override
  public int firstStep() {
    return checkpoints.firstStep();
  }

  @Override
  public boolean overlapsGradReduce() {
    return overlapsGradReduce;
  }

  /** Saves a checkpoint of the last training step, if the job saves checkpoints. */
  public void saveLastStep() {
    checkpoints.finish();
  }

  @Override
  public RoundEnd endRound() {
    ranks.send(new Command.EndRound());
    RankResult[] results = new RankResult[ranks.size()];
    List<ClocksInForce> clocks = new ArrayList<>();
    events.collect(
        Event.Measured.class,
        ranks,
        (peer, measured) -> {
          results[peer.number()] = measured.result();
          hosts.measured(peer.number(), measured.device());
          if (measured.device().clocks() != null) {
            clocks.add(measured.device().clocks());
          }
        });
    hosts.endRound();
    return new RoundEnd(List.of(results), clocks.isEmpty() ? null : ClocksInForce.ofAll(clocks));
  }

  /**
   * Tells the user how many steps were skipped because gradients have overflowed. Tells the user
   * the slowdown of the simulated GPUs ({@link HostSlowdown}). Warns the user if a host was slower
   * than its simulated GPUs.
   */
  public void reportEnd() {
    lossScale.summary().ifPresent(listener::message);
    if (config.exportTimingCsv() && config.gpu().simulated()) {
      listener.message(hosts.replayHint());
    }
    hosts.warning(this::host).ifPresent(listener::message);
  }

  /**
   * Tells the ranks to write their logs, and then tells the launchers to move the logs into the run
   * directory.
   *
   * @param manifest the text of the file run.json
   */
  public void publish(String manifest) {
    ranks.send(new Command.WriteLogs());
    events.collect(Event.Recorded.class, ranks, (peer, recorded) -> {});
    for (Command.Publish.Step step : Command.Publish.Step.values()) {
      launchers.send(new Command.Publish(step, manifest));
      events.collect(Event.Published.class, launchers, (peer, published) -> {});
    }
  }

  /**
   * Tells all ranks to end, waits until all ranks have ended, and then tells all launchers to end.
   */
  public void end() {
    ranks.send(new Command.End());
    // A rank that has ended is removed from the connected ranks. Otherwise the end of its
    // connection would be reported as a failure.
    events.collect(Event.Ended.class, ranks, (peer, ended) -> ranks.remove(peer));
    launchers.send(new Command.End());
  }

  /** Tells all launchers that the job has failed, and why. */
  public void abort(String reason) {
    launchers.send(new Command.Abort(reason));
  }

  /**
   * Reports a failure that code outside this class has noticed. The current or next method of this
   * class that waits for events throws a {@link UserError} with the given sentence.
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
