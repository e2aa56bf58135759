package perseus.engine;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.dump.StateDump;
import perseus.control.protocol.Protocol;
import perseus.parallel.Degrees;
import perseus.recording.log.RankPlace;
import perseus.recording.run.RunManifest;

/**
 * Asks a scheduler for frequencies, lets a cluster run iterations under them, and tells the
 * scheduler what they came to.
 */
public final class TrainingLoop {
  private final TrainingConfig config;
  private final TrainingListener listener;
  private final JobInfo job;
  private final List<RankInfo> ranks;
  private final Scheduler scheduler;

  private final List<TrainingResult.RoundResult> results = new ArrayList<>();
  private final List<RunManifest.Schedule> schedules = new ArrayList<>();
  private int iterations;
  private StateDump dump;

  /** Nothing that the scheduler depends on is needed any more. */
  private volatile boolean over;

  /**
   * Registers the job with its scheduler.
   *
   * @throws perseus.io.UserError if the scheduler does not fit the job
   */
  public TrainingLoop(TrainingConfig config, TrainingListener listener) {
    this.config = config;
    this.listener = listener;
    this.job = config.job();
    this.ranks = config.rankInfos();
    this.scheduler = config.scheduler().create(job, ranks);
  }

  /**
   * Watches over what the scheduler depends on while iterations run.
   *
   * @param gone takes a sentence, on another thread, as soon as that is gone
   */
  public void watchScheduler(Consumer<String> gone) {
    scheduler.watch(
        sentence -> {
          if (!over) {
            gone.accept(sentence);
          }
        });
  }

  /** Runs until the scheduler has no more, or the wanted number of steps is done. */
  public void run(Cluster cluster) {
    dump = openDump();
    while (config.maxSteps() == 0 || iterations < config.maxSteps()) {
      Optional<Round> round = scheduler.next();
      if (round.isEmpty()) {
        break;
      }
      runRound(round.get(), cluster);
    }
    over = true;
  }

  private StateDump openDump() {
    if (config.dumpDirectory() == null) {
      return null;
    }
    return StateDump.create(
        config.dumpDirectory(),
        Protocol.RESEARCH.jobId(job, LocalDateTime.now(), scheduler.name()),
        StateDump.Settings.ofScheduler(scheduler.name(), scheduler.args(), config.dumpDirectory()),
        Protocol.RESEARCH,
        ranks);
  }

  private void runRound(Round round, Cluster cluster) {
    int count = config.numProfSteps();
    if (config.maxSteps() > 0) {
      count = Math.min(count, config.maxSteps() - iterations);
    }
    if (dump != null) {
      dump.schedules(round);
    }
    listener.roundStarted(round, rounds(), count);
    cluster.beginRound(round, count, dump != null || scheduler.readsBreakdowns());
    Cluster.Iteration last = null;
    for (int i = 1; i <= count; i++) {
      last = cluster.iterate();
      listener.iterationFinished(round, i, last);
    }
    List<RankResult> measured = cluster.endRound();
    if (dump != null) {
      dump.results(round, measured);
    }
    RoundResults all = new RoundResults(ranks, measured);
    Measurement measurement = all.measurement();
    scheduler.observe(round, all);
    if (dump != null) {
      dump.findings(scheduler.findings());
    }
    results.add(
        new TrainingResult.RoundResult(
            round.number(),
            round.warmup(),
            round.frequencyMhz(),
            round.plan(),
            measurement,
            last.loss()));
    schedules.add(
        new RunManifest.Schedule(
            round.number(),
            round.warmup(),
            round.frequencyMhz(),
            round.plan(),
            iterations + 1,
            iterations + count));
    iterations += count;
    listener.roundFinished(round, measurement);
  }

  /** How many rounds there will be at most, by the scheduler or by the wanted number of steps. */
  private int rounds() {
    if (config.maxSteps() == 0) {
      return scheduler.rounds();
    }
    long steps = config.numProfSteps();
    return (int) Math.min(scheduler.rounds(), (config.maxSteps() + steps - 1) / steps);
  }

  /** The frequency schedules that have run, in their order. */
  public List<TrainingResult.RoundResult> results() {
    return List.copyOf(results);
  }

  /** Where the state dump went; null for nowhere. */
  public Path dumpDirectory() {
    return dump == null ? null : dump.directory();
  }

  /**
   * The manifest of what has run.
   *
   * @param engine as {@code --engine} names it
   * @param host where a rank ran
   */
  public RunManifest manifest(String engine, IntFunction<String> host) {
    Degrees degrees = job.degrees();
    List<RankPlace> places = new ArrayList<>();
    for (RankInfo rank : ranks) {
      places.add(
          new RankPlace(
              rank.rank(),
              rank.dpRank(),
              rank.ppRank(),
              rank.tpRank(),
              host.apply(rank.rank()),
              config.gpu().name() + "/" + rank.rank() % config.gpusPerNode()));
    }
    return new RunManifest(
        RunManifest.SCHEMA_VERSION,
        job.framework(),
        engine,
        job.modelName(),
        job.partitionMethod(),
        config.partition(),
        degrees.pp(),
        degrees.dp(),
        degrees.tp(),
        job.microbatchSize(),
        job.numMicrobatches(),
        config.trainSchedule().name(),
        config.numProfSteps(),
        config.gpu().title(),
        config.gpu().supportedClocksMhz(),
        "simulated",
        places,
        schedules);
  }
}
