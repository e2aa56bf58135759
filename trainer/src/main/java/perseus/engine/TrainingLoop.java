package perseus.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.control.RankInfo;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.record.ManifestBuilder;
import perseus.recording.run.RunManifest;

/**
 * Runs the training loop for any engine. Repeatedly, the training loop gets a frequency schedule
 * from the scheduler and runs iterations under this schedule on a {@link Cluster}. After the last
 * iteration under a frequency schedule, the training loop reports the measured times and energies
 * to the scheduler.
 *
 * <p>Each instance runs the training loop only once. The class is not thread-safe.
 */
public final class TrainingLoop {
  private final TrainingConfig config;
  private final TrainingListener listener;
  private final JobInfo job;
  private final List<RankInfo> ranks;
  private final Scheduler scheduler;
  private final ManifestBuilder manifest;
  private RoundLedger ledger;

  /** Number of training steps before this run. */
  private int firstStep;

  /**
   * True after the end of the training loop. From then on, the loss of the connection to the plan
   * server is not a failure.
   */
  private volatile boolean ended;

  /**
   * Creates the scheduler and registers the job with it.
   *
   * @throws perseus.io.UserError if the scheduler cannot be used for this training job
   */
  public TrainingLoop(TrainingConfig config, TrainingListener listener) {
    this.config = config;
    this.listener = listener;
    this.job = config.job();
    this.ranks = config.rankInfos();
    this.scheduler = config.scheduler().create(job, ranks);
    this.manifest =
        new ManifestBuilder(
            job,
            config.partition(),
            config.trainSchedule().name(),
            config.numProfSteps(),
            ranks,
            config.gpu(),
            config.gpusPerNode());
  }

  /**
   * Watches the connection to the plan server while iterations run, if the scheduler has one.
   *
   * @param failed function that is called on another thread with a message for the user when the
   *     connection is lost
   */
  public void watchScheduler(Consumer<String> failed) {
    scheduler.watch(
        message -> {
          if (!ended) {
            failed.accept(message);
          }
        });
  }

  /**
   * Runs iterations until the scheduler has no more frequency schedules, or until the maximum
   * number of iterations has run. If the run continues from a checkpoint, the iterations before the
   * checkpoint count towards the maximum number of iterations.
   */
  public void run(Cluster cluster) {
    firstStep = cluster.firstStep();
    manifest.setOverlapGradReduce(cluster.overlapsGradReduce());
    ledger = new RoundLedger(job, ranks, scheduler, manifest, config.dumpDirectory());
    while (config.maxSteps() == 0 || stepsLeft() > 0) {
      Optional<Round> round = scheduler.next();
      if (round.isEmpty()) {
        break;
      }
      runRound(round.get(), cluster);
    }
    ended = true;
  }

  private int stepsLeft() {
    return config.maxSteps() - firstStep - manifest.iterations();
  }

  private void runRound(Round round, Cluster cluster) {
    StoppingRule rule = new StoppingRule(round, config.numProfSteps());
    int most = config.maxSteps() > 0 ? stepsLeft() : Integer.MAX_VALUE;
    ledger.begin(round);
    listener.roundStarted(round, rounds(rule), Math.min(most, rule.usualMaximum()));
    cluster.beginRound(round, ledger.isDumped() || scheduler.readsBreakdowns());
    Cluster.Iteration last;
    int count = 0;
    do {
      last = cluster.iterate();
      count++;
      listener.iterationFinished(round, count, last);
      cluster.saveIfDue();
    } while (!rule.isEnoughWith(last) && count < most);
    Cluster.RoundEnd end = cluster.endRound();
    Measurement measurement =
        ledger.end(round, end.results(), count, last.precision(), last.loss(), end.clocks());
    listener.roundFinished(round, measurement);
  }

  /**
   * Returns the maximum number of frequency schedules in the run. The scheduler and the maximum
   * number of iterations limit the number of frequency schedules.
   */
  private int rounds(StoppingRule rule) {
    if (config.maxSteps() == 0) {
      return scheduler.rounds();
    }
    long steps = rule.minimum();
    return (int) Math.min(scheduler.rounds(), (config.maxSteps() - firstStep + steps - 1) / steps);
  }

  /**
   * Returns the results of all frequency schedules that have run, in the order in which the
   * schedules ran.
   */
  public List<TrainingResult.RoundResult> results() {
    return ledger == null ? List.of() : ledger.results();
  }

  /**
   * Returns the directory of the state dump (JSON files with schedules and results); null if none
   * is written.
   */
  public Path dumpDirectory() {
    return ledger == null ? null : ledger.dumpDirectory();
  }

  /**
   * Returns the manifest of the run (the content of run.json), with all frequency schedules that
   * have run.
   *
   * @param engine name of the engine, {@code virtual} or {@code djl}
   * @param host function that returns the name of the host on which the given rank has run
   * @param gpu function that returns the UUID of a rank's real GPU; null for a simulated GPU
   */
  public RunManifest manifest(String engine, IntFunction<String> host, IntFunction<String> gpu) {
    return manifest.build(engine, host, gpu);
  }
}
