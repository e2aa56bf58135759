package perseus.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import perseus.agent.hosts.RoundReports;
import perseus.control.Measurement;
import perseus.control.Round;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingResult.RoundResult;
import perseus.gpu.GpuType;
import perseus.io.UserError;
import perseus.recording.run.RunManifest;

/**
 * Runs the frequency schedules of a scheduler on all ranks of a job. First, every rank runs one
 * iteration, from which the order of its instructions is learnt. After the last iteration under a
 * frequency schedule, each rank waits for its next schedule.
 *
 * <p>The class {@code Steering} is not thread-safe.
 */
final class Steering {
  private static final int MARGIN_ITERATIONS = 2;

  private final AgentSettings settings;
  private final GpuType gpus;
  private final TrainingListener listener;
  private final SortedMap<Integer, SteeredRank> ranks = new TreeMap<>();

  private SteeredJob job;

  // The fields "first" and "last" are the numbers of the first and the last iteration under the
  // current frequency schedule.
  private Round round;
  private int first;
  private int last;
  private int steered;
  private boolean ended;
  private boolean refused;
  private boolean failed;
  private boolean kept;
  private boolean resumed;
  private final StallReport stalls;

  Steering(AgentSettings settings, GpuType gpus, TrainingListener listener) {
    this.settings = settings;
    this.gpus = gpus;
    this.listener = listener;
    this.stalls = new StallReport(System::nanoTime, listener::message);
  }

  /**
   * Removes all ranks, because the ranks have been started again. If frequency schedules are left,
   * this method also drops all measurements, and the job begins again with the first frequency
   * schedule.
   */
  void restart() {
    ranks.clear();
    if (ended) {
      resumed = kept && !refused;
      return;
    }
    job = null;
    round = null;
    last = 0;
    steered = 0;
  }

  void add(SteeredRank rank) {
    ranks.put(rank.hello().rank(), rank);
  }

  SortedMap<Integer, SteeredRank> ranks() {
    return ranks;
  }

  /** Returns whether restarted ranks must run under the last schedule again. */
  boolean resumes() {
    return resumed;
  }

  /** Returns whether all schedules have run or a failure has occurred. */
  boolean ended() {
    return ended;
  }

  /** Returns whether the agent sets no more clocks because of a failure. */
  boolean failed() {
    return failed;
  }

  /**
   * Starts the next frequency schedule if all ranks have run all iterations under the current one.
   *
   * @param expected number of ranks of the job
   */
  void advance(int expected) {
    requireEqualIterations();
    if (ranks.size() < expected || ended && !resumed) {
      return;
    }
    if (resumed) {
      resume();
    } else if (job == null) {
      if (ranks.values().stream().allMatch(rank -> rank.order() != null)) {
        job = new SteeredJob(settings, gpus, ranks);
        listener.message(job.text());
        next();
      }
    } else if (last > 0 && ranks.values().stream().allMatch(rank -> rank.iterations() >= last)) {
      int count = last - first + 1;
      endRound(count, reports().require(count, round.number() + 1));
      next();
    }
  }

  private void requireEqualIterations() {
    if (refused) {
      return;
    }
    for (SteeredRank rank : ranks.values()) {
      if (rank.problem() != null) {
        refused = !ended;
        throw new UserError(rank.problem());
      }
    }
  }

  /** Tells the user if ranks wait too long for other ranks. */
  void watch(int expected) {
    if (!ended) {
      stalls.check(ranks.values(), expected, job == null ? 1 : last);
    }
  }

  private void next() {
    Optional<Round> following = limitReached() ? Optional.empty() : job.scheduler().next();
    if (following.isEmpty()) {
      ended = true;
      return;
    }
    int count = settings.iterationsPerSchedule();
    if (job.scheduler() instanceof Unsteered unsteered) {
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
    first = firstOfNextRound();
    last = count == 0 ? 0 : first + count - 1;
    job.begun(round, first);
    listener.roundStarted(round, job.scheduler().rounds(), count);
    beginOnAllRanks(true);
  }

  /**
   * Returns the number of the first iteration under the next frequency schedule, which must be the
   * same on all ranks. If all ranks wait for the schedule, the schedule begins with their next
   * iteration. If a rank does not wait, the schedule begins 2 iterations later, because the rank
   * runs further iterations before it receives the schedule.
   */
  private int firstOfNextRound() {
    int furthest = ranks.values().stream().mapToInt(SteeredRank::iterations).max().orElse(0);
    boolean wait = furthest <= Math.max(1, last);
    return furthest + 1 + (wait ? 0 : MARGIN_ITERATIONS);
  }

  private void beginOnAllRanks(boolean recorded) {
    List<SteeredRank> all = List.copyOf(ranks.values());
    // The calls of beginRound run in parallel, because each call waits until the GPU runs at its
    // first clock.
    CompletableFuture<?>[] begun = new CompletableFuture<?>[all.size()];
    for (int i = 0; i < begun.length; i++) {
      SteeredRank rank = all.get(i);
      List<Integer> states = round.schedules().get(i).powerStates();
      begun[i] =
          CompletableFuture.runAsync(
              () -> rank.beginRound(round.warmup(), states, first, last, recorded));
    }
    CompletableFuture.allOf(begun).join();
  }

  private void endRound(int count, RoundReports reports) {
    List<Integer> counted = reports.withoutEvaluations(count);
    if (counted.isEmpty()) {
      counted = IntStream.range(0, count).boxed().toList();
      listener.message(
          "schedule %d: each iteration contains an evaluation, whose time and energy count."
              .formatted(round.number() + 1));
    }
    Measurement measurement =
        job.ended(
            round,
            reports.of(counted),
            first + count - 1,
            gpus.simulated() ? null : reports.clocks());
    steered += count;
    listener.roundFinished(round, measurement);
    if (last == 0) {
      ended = true;
    }
  }

  private RoundReports reports() {
    return new RoundReports(ranks.values().stream().map(SteeredRank::report).toList());
  }

  /**
   * Ends the current frequency schedule after the training command has ended. Measurements of an
   * iteration are used only if all ranks have ended the iteration. Returns a sentence for the user
   * if some frequency schedules have not run; null otherwise.
   */
  String finish() {
    if (ended || round == null) {
      return null;
    }
    RoundReports reports = reports();
    if (reports.count() > 0) {
      endRound(reports.count(), reports);
    }
    ended = true;
    return last == 0 || results().isEmpty() ? null : job.endedEarly(round);
  }

  /** Returns a sentence that says why nothing was measured; null if there is nothing to say. */
  String nothingMeasured(int expected) {
    if (!results().isEmpty() || failed || ranks.isEmpty()) {
      return null;
    }
    return StallReport.nothingMeasured(ranks.values(), expected);
  }

  /** Keeps the last frequency schedule in force until the training command ends. */
  void keepLastRound() {
    kept = true;
    first = firstOfNextRound();
    last = 0;
    beginOnAllRanks(false);
  }

  private void resume() {
    if (ranks.values().stream().anyMatch(rank -> rank.order() == null)) {
      return;
    }
    resumed = false;
    if (!SteeredJob.infos(ranks, gpus).equals(job.ranks())) {
      throw new UserError(
          "The job has started again with other ranks or another order of instructions, so that its plan does not fit.");
    }
    keepLastRound();
  }

  List<RoundResult> results() {
    return job == null ? List.of() : job.results();
  }

  Path dumpDirectory() {
    return job == null ? null : job.dumpDirectory();
  }

  /**
   * Returns the content of the manifest run.json; null if nothing was measured or a rank had a
   * problem.
   */
  RunManifest manifest() {
    return results().isEmpty() || refused ? null : job.manifest(ranks);
  }

  /** Stops setting clocks after a failure, and returns a sentence for the user. */
  String fail(RuntimeException problem) {
    ended = true;
    failed = true;
    resumed = false;
    String sentence =
        (problem instanceof UserError
                ? problem.getMessage()
                : "There is an error in Perseus: %s. Please report it.".formatted(problem))
            + (refused && settings.recorded() ? " No recording is written." : "")
            + " Training goes on. perseus-run sets no clocks any more.";
    listener.message(sentence);
    return sentence;
  }
}
