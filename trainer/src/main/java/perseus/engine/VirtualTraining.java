package perseus.engine;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.control.Protocol;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.StateDump;
import perseus.parallel.Degrees;
import perseus.recording.RunManifest;

/**
 * Trains on a virtual clock: asks the scheduler for frequencies, runs iterations, keeps records.
 */
public final class VirtualTraining {
  private final TrainingConfig config;
  private final TrainingListener listener;
  private final JobInfo job;
  private final List<RankInfo> ranks;
  private final Scheduler scheduler;

  private final List<TrainingResult.RoundResult> results = new ArrayList<>();
  private final List<RunManifest.Schedule> schedules = new ArrayList<>();
  private int iterations;

  private VirtualTraining(TrainingConfig config, TrainingListener listener) {
    this.config = config;
    this.listener = listener;
    this.job = config.job();
    this.ranks = VirtualCluster.rankInfos(config);
    this.scheduler = config.scheduler().create(job, ranks);
  }

  /**
   * Runs until the scheduler has no more, or the wanted number of steps is done.
   *
   * @throws perseus.recording.InputException if the configuration does not work out, or a file
   *     cannot be written; no file of this run is there then but those of the dump
   */
  public static TrainingResult run(TrainingConfig config, TrainingListener listener) {
    return new VirtualTraining(config, listener).run();
  }

  private TrainingResult run() {
    try (RunRecording recording = new RunRecording(config.outputDirectory())) {
      StateDump dump = openDump();
      VirtualCluster cluster = new VirtualCluster(config, recording);
      while (config.maxSteps() == 0 || iterations < config.maxSteps()) {
        Optional<Round> round = scheduler.next();
        if (round.isEmpty()) {
          break;
        }
        runRound(round.get(), cluster, dump);
      }
      cluster.finish();
      List<Path> files = recording.publish(manifest());
      return new TrainingResult(
          List.copyOf(results), List.copyOf(files), dump == null ? null : dump.directory());
    }
  }

  private StateDump openDump() {
    if (config.dumpDirectory() == null) {
      return null;
    }
    return StateDump.create(
        config.dumpDirectory(),
        job.id(LocalDateTime.now(), scheduler.name()),
        StateDump.Settings.ofScheduler(scheduler.name(), scheduler.args(), config.dumpDirectory()),
        Protocol.RESEARCH,
        ranks);
  }

  private void runRound(Round round, VirtualCluster cluster, StateDump dump) {
    int count = config.numProfSteps();
    if (config.maxSteps() > 0) {
      count = Math.min(count, config.maxSteps() - iterations);
    }
    if (dump != null) {
      dump.schedules(round);
    }
    listener.roundStarted(round, rounds(), count);
    cluster.beginRound(round, count, dump != null || scheduler.readsBreakdowns());
    for (int i = 1; i <= count; i++) {
      cluster.iterate();
      listener.iterationFinished(round, i);
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
            round.number(), round.warmup(), round.frequencyMhz(), round.plan(), measurement));
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
    int steps = config.numProfSteps();
    return Math.min(scheduler.rounds(), (config.maxSteps() + steps - 1) / steps);
  }

  private RunManifest manifest() {
    Degrees degrees = job.degrees();
    List<RunManifest.Rank> places = new ArrayList<>();
    for (RankInfo rank : ranks) {
      places.add(
          new RunManifest.Rank(
              rank.rank(),
              rank.dpRank(),
              rank.ppRank(),
              rank.tpRank(),
              "node" + config.node(rank.rank()),
              config.gpu().name() + "/" + rank.rank() % config.gpusPerNode()));
    }
    return new RunManifest(
        RunManifest.SCHEMA_VERSION,
        job.framework(),
        "virtual",
        job.modelName(),
        job.partitionMethod(),
        config.partition(),
        degrees.pp(),
        degrees.dp(),
        degrees.tp(),
        job.microbatchSize(),
        job.numMicrobatches(),
        config.trainSchedule().flag(),
        config.numProfSteps(),
        config.gpu().title(),
        config.gpu().supportedClocksMhz(),
        "simulated",
        places,
        schedules);
  }
}
