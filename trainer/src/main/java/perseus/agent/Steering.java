package perseus.agent;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import perseus.agent.wire.Hello;
import perseus.control.JobInfo;
import perseus.control.Measurement;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.dump.StateDump;
import perseus.control.protocol.Protocol;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingResult.RoundResult;
import perseus.gpu.ClocksInForce;
import perseus.gpu.GpuType;
import perseus.io.UserError;
import perseus.record.ManifestBuilder;
import perseus.recording.run.RunManifest;
import perseus.wire.HostName;

/**
 * Leads a job through the frequency schedules of a scheduler. It first waits until every rank has
 * ended one iteration, from which it learns the order of the rank's instructions. Then it starts
 * round after round (iterations under one frequency schedule). Ranks wait at the end of a round for
 * the schedules of the next one.
 *
 * <p>Only one thread may use an instance.
 */
final class Steering {
  private final AgentSettings settings;
  private final GpuType gpus;
  private final TrainingListener listener;
  private final SortedMap<Integer, AgentRank> ranks = new TreeMap<>();
  private final List<RoundResult> results = new ArrayList<>();

  private LearntSchedule learnt;
  private List<RankInfo> infos;
  private Scheduler scheduler;
  private ManifestBuilder manifest;
  private StateDump dump;

  // The next fields describe the present round: it runs from iteration `first`, and its ranks wait
  // after iteration `last`.
  private Round round;
  private int first;
  private int last;
  private int steered;
  private boolean ended;

  Steering(AgentSettings settings, GpuType gpus, TrainingListener listener) {
    this.settings = settings;
    this.gpus = gpus;
    this.listener = listener;
  }

  void add(AgentRank rank) {
    ranks.put(rank.hello().rank(), rank);
  }

  SortedMap<Integer, AgentRank> ranks() {
    return ranks;
  }

  /** Returns whether all schedules have run, or steering has failed. */
  boolean ended() {
    return ended;
  }

  /**
   * Goes on as far as the iterations of the ranks allow.
   *
   * @param expected number of ranks of the job
   */
  void advance(int expected) {
    if (ended || ranks.size() < expected) {
      return;
    }
    if (scheduler == null) {
      if (ranks.values().stream().allMatch(rank -> rank.order() != null)) {
        begin();
        next();
      }
    } else if (last > 0 && ranks.values().stream().allMatch(rank -> rank.iterations() >= last)) {
      endRound(last - first + 1);
      next();
    }
  }

  private void begin() {
    Hello hello = ranks.get(ranks.firstKey()).hello();
    learnt = LearntSchedule.of(ranks, hello.degrees().pp());
    JobInfo job =
        new JobInfo(
            hello.framework(),
            hello.model(),
            "unknown",
            hello.degrees(),
            hello.microbatchSize(),
            learnt.microbatches());
    infos = ranks.values().stream().map(rank -> rank.info(gpus.powerStates())).toList();
    scheduler =
        (settings.scheduler() == null ? Unsteered.FACTORY : settings.scheduler())
            .create(job, infos);
    manifest =
        new ManifestBuilder(
            job,
            List.of(),
            learnt.name(),
            settings.iterationsPerSchedule(),
            infos,
            gpus,
            ranks.size());
    manifest.setOrder(learnt.order());
    if (settings.dumped()) {
      dump =
          StateDump.create(
              settings.outputDirectory(),
              Protocol.RESEARCH.jobId(job, LocalDateTime.now(), scheduler.name()),
              StateDump.Settings.ofScheduler(
                  scheduler.name(), scheduler.args(), settings.outputDirectory()),
              Protocol.RESEARCH,
              infos);
    }
    listener.message(
        "%d of the job's ranks, pp %d dp %d tp %d, %d microbatches, schedule %s."
            .formatted(
                ranks.size(),
                job.degrees().pp(),
                job.degrees().dp(),
                job.degrees().tp(),
                learnt.microbatches(),
                learnt.name()));
  }

  private void next() {
    Optional<Round> following = limitReached() ? Optional.empty() : scheduler.next();
    if (following.isEmpty()) {
      ended = true;
      return;
    }
    int count = settings.iterationsPerSchedule();
    if (scheduler instanceof Unsteered unsteered) {
      count = unsteered.iterations();
    }
    if (settings.maxIterations() > 0) {
      count =
          count == 0
              ? settings.maxIterations() - steered
              : Math.min(count, settings.maxIterations() - steered);
    }
    start(following.get(), count);
  }

  private boolean limitReached() {
    return settings.maxIterations() > 0 && steered >= settings.maxIterations();
  }

  private void start(Round following, int count) {
    round = following;
    first = 1 + ranks.values().stream().mapToInt(AgentRank::iterations).max().orElse(0);
    last = count == 0 ? 0 : first + count - 1;
    if (dump != null) {
      dump.schedules(round);
    }
    listener.roundStarted(round, scheduler.rounds(), count);
    beginOnAllRanks(true);
  }

  private void beginOnAllRanks(boolean recorded) {
    List<AgentRank> all = List.copyOf(ranks.values());
    // Each rank's clock takes some time to be in force.
    CompletableFuture<?>[] begun = new CompletableFuture<?>[all.size()];
    for (int i = 0; i < begun.length; i++) {
      AgentRank rank = all.get(i);
      var schedule = round.schedules().get(i);
      begun[i] =
          CompletableFuture.runAsync(() -> rank.beginRound(round, schedule, first, last, recorded));
    }
    CompletableFuture.allOf(begun).join();
  }

  private void endRound(int count) {
    List<RankResult> measured = ranks.values().stream().map(rank -> rank.result(count)).toList();
    ClocksInForce clocks =
        gpus.simulated()
            ? null
            : ClocksInForce.ofAll(ranks.values().stream().map(AgentRank::clocksInForce).toList());
    RoundResults all = new RoundResults(infos, measured);
    Measurement measurement = all.measurement();
    if (dump != null) {
      dump.results(round, measured);
    }
    scheduler.observe(round, all);
    if (dump != null) {
      dump.findings(scheduler.findings());
    }
    results.add(
        new RoundResult(round, count, Double.POSITIVE_INFINITY, measurement, Double.NaN, clocks));
    // Iterations before this round's first one, such as the one whose order was learnt, belong to
    // the round in the manifest, because the logs contain them.
    manifest.add(round, first + count - 1 - manifest.iterations(), clocks);
    steered += count;
    listener.roundFinished(round, measurement);
    if (last == 0) {
      ended = true;
    }
  }

  /**
   * Ends steering after the command has ended. Iterations that all ranks have ended in the present
   * round count.
   */
  void finish() {
    if (ended || round == null) {
      return;
    }
    int count = ranks.values().stream().mapToInt(AgentRank::measured).min().orElse(0);
    if (count > 0) {
      endRound(count);
    }
    ended = true;
  }

  /** Keeps the schedules of the last round in force until the command ends. */
  void keepLastRound() {
    first = 1 + ranks.values().stream().mapToInt(AgentRank::iterations).max().orElse(0);
    last = 0;
    beginOnAllRanks(false);
  }

  List<RoundResult> results() {
    return List.copyOf(results);
  }

  java.nio.file.Path dumpDirectory() {
    return dump == null ? null : dump.directory();
  }

  /** Returns the manifest of the recording; null if no round has run. */
  RunManifest manifest() {
    if (results.isEmpty()) {
      return null;
    }
    return manifest.build("external", rank -> HostName.get(), rank -> ranks.get(rank).gpu().uuid());
  }

  /** Records a failure: nothing is steered from now on. */
  void fail(UserError problem) {
    if (!ended) {
      ended = true;
      listener.message("Nothing is steered from now on. " + problem.getMessage());
    }
  }
}
