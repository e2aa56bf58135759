package perseus.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import perseus.control.Measurement;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingResult.RoundResult;
import perseus.gpu.ClocksInForce;
import perseus.gpu.GpuType;
import perseus.io.UserError;
import perseus.recording.run.RunManifest;

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

  private SteeredJob job;

  // The next fields describe the present round: it runs from iteration `first`, and its ranks wait
  // after iteration `last`.
  private Round round;
  private int first;
  private int last;
  private int steered;
  private boolean ended;
  private boolean refused;
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
   * Forgets all ranks, because the job starts again. Measurements before the restart do not count,
   * unless all schedules have run: then the last schedules come into force again.
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

  void add(AgentRank rank) {
    ranks.put(rank.hello().rank(), rank);
  }

  SortedMap<Integer, AgentRank> ranks() {
    return ranks;
  }

  /** Returns whether the last schedules come into force again after a restart of the job. */
  boolean resumes() {
    return resumed;
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
      endRound(last - first + 1);
      next();
    }
  }

  /**
   * Throws an error if the iterations of a rank are not alike, because then its recording and its
   * clocks cannot be trusted.
   */
  private void requireEqualIterations() {
    if (refused) {
      return;
    }
    for (AgentRank rank : ranks.values()) {
      if (rank.problem() != null) {
        refused = !ended;
        throw new UserError(rank.problem());
      }
    }
  }

  /** Looks whether ranks wait for others. Call it about once a second. */
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
    first = 1 + ranks.values().stream().mapToInt(AgentRank::iterations).max().orElse(0);
    last = count == 0 ? 0 : first + count - 1;
    job.begun(round, first);
    listener.roundStarted(round, job.scheduler().rounds(), count);
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
    List<Integer> counted = withoutEvaluations(count);
    List<RankResult> measured = ranks.values().stream().map(rank -> rank.result(counted)).toList();
    ClocksInForce clocks =
        gpus.simulated()
            ? null
            : ClocksInForce.ofAll(ranks.values().stream().map(AgentRank::clocksInForce).toList());
    Measurement measurement = job.ended(round, measured, first + count - 1, clocks);
    steered += count;
    listener.roundFinished(round, measurement);
    if (last == 0) {
      ended = true;
    }
  }

  /** Returns the iterations of the round in which no evaluation ran; all if one ran in each. */
  private List<Integer> withoutEvaluations(int count) {
    List<Integer> all = IntStream.range(0, count).boxed().toList();
    List<Integer> counted =
        all.stream()
            .filter(index -> ranks.values().stream().noneMatch(rank -> rank.evaluated(index)))
            .toList();
    if (counted.isEmpty()) {
      listener.message(
          "schedule %d: each iteration contains an evaluation, whose time and energy count."
              .formatted(round.number() + 1));
      return all;
    }
    return counted;
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

  /** Returns why nothing was measured; null if something was measured or the user knows why. */
  String nothingMeasured(int expected) {
    if (!results().isEmpty() || refused || ranks.isEmpty()) {
      return null;
    }
    for (AgentRank rank : ranks.values()) {
      if (rank.iterations() == 0) {
        return StallReport.withoutIterations(rank);
      }
    }
    return ranks.size() < expected
        ? "Only %d of %d ranks have connected, so that nothing was measured."
            .formatted(ranks.size(), expected)
        : "The command has ended before the first schedule was measured; let it run for more iterations.";
  }

  /** Keeps the schedules of the last round in force until the command ends. */
  void keepLastRound() {
    kept = true;
    first = 1 + ranks.values().stream().mapToInt(AgentRank::iterations).max().orElse(0);
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

  /** Returns the measurements. Those of iterations that are not alike do not count. */
  List<RoundResult> results() {
    return job == null ? List.of() : job.results();
  }

  /** Returns the directory of the state dump; null if there is none. */
  Path dumpDirectory() {
    return job == null ? null : job.dumpDirectory();
  }

  /** Returns the manifest of the recording; null if no round has run. */
  RunManifest manifest() {
    return results().isEmpty() || refused ? null : job.manifest(ranks);
  }

  /** Records a failure: nothing is steered from now on. */
  void fail(RuntimeException problem) {
    ended = true;
    resumed = false;
    listener.message(
        (problem instanceof UserError
                ? problem.getMessage()
                : "An error of Perseus: " + problem + ".")
            + (refused && settings.recorded() ? " No recording is written." : "")
            + " Training goes on, and nothing is steered from now on.");
  }
}
