package perseus.control.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import perseus.control.FrequencySchedule;
import perseus.control.JobInfo;
import perseus.control.Mode;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.policy.PointSolution;
import perseus.control.policy.Schedulers;
import perseus.io.UserError;

/**
 * Implements {@link Scheduler} by calls to a plan server, which chooses the clocks or power limits.
 * The class {@code RemoteScheduler} registers all ranks of the job with the plan server, fetches
 * their frequency schedules and reports their results. To the plan server, the calls look as if
 * each rank called the server itself.
 */
public final class RemoteScheduler implements Scheduler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PlanClient client;
  private final List<RankInfo> ranks;
  private final String jobId;
  private final boolean estimatesPrecision;

  /**
   * Future that fails when the plan server has ended or no longer answers. It never completes
   * successfully.
   */
  private final CompletableFuture<Void> loss = new CompletableFuture<>();

  private ServerWatch watch;
  private int rounds = Integer.MAX_VALUE;
  private int number;

  private RemoteScheduler(
      PlanClient client,
      Mode wanted,
      boolean estimatesPrecision,
      JobInfo job,
      List<RankInfo> ranks) {
    this.client = client;
    this.ranks = ranks;
    this.estimatesPrecision = estimatesPrecision;
    requireMode(Mode.of(client.info().path("mode").asText(Mode.FREQUENCY.toString())), wanted);
    this.jobId = client.registerJob(job);
    awaitAll(ranks.stream().map(rank -> client.registerRank(jobId, rank)).toList());
  }

  /**
   * Returns a factory that creates a {@code RemoteScheduler} for each job and registers the job
   * with a plan server.
   *
   * @param wanted whether the job sets clocks or power limits; the plan server must set the same
   * @param estimatesPrecision whether the ranks estimate the standard errors of their times and
   *     energies. The plan server may require a precision (maximum relative standard error) for the
   *     measurements under a frequency schedule. If {@code estimatesPrecision} is true, the ranks
   *     measure until they reach the required precision. If {@code estimatesPrecision} is false,
   *     the plan server repeats frequency schedules that were not measured precisely enough.
   */
  public static Factory factory(PlanClient client, Mode wanted, boolean estimatesPrecision) {
    return (job, ranks) -> new RemoteScheduler(client, wanted, estimatesPrecision, job, ranks);
  }

  /** Returns whether the scheduler of the plan server never ends a job. */
  public static boolean isEndless(PlanClient client) {
    return Schedulers.isEndless(client.info().path("scheduler").asText());
  }

  private static void requireMode(Mode served, Mode wanted) {
    if (served == wanted) {
      return;
    }
    throw new UserError(
        served == Mode.POWER_LIMIT
            ? "The plan server sets power limits, but this run sets frequencies. Start the server in the mode 'frequency' or with another scheduler, or run on real GPUs with --power_limit."
            : "The plan server sets frequencies, but --power_limit was given. Start the server in the mode 'power limit', or leave out --power_limit.");
  }

  @Override
  public String name() {
    return client.info().path("scheduler").asText("Zeus");
  }

  @Override
  public Map<String, Object> args() {
    JsonNode args = client.info().path("scheduler_args");
    return args.isObject()
        ? JSON.convertValue(args, new TypeReference<Map<String, Object>>() {})
        : Map.of();
  }

  @Override
  public int rounds() {
    return rounds;
  }

  @Override
  public boolean readsBreakdowns() {
    return true;
  }

  /**
   * Checks regularly whether the plan server still answers, until the job has no more frequency
   * schedules.
   */
  @Override
  public void watch(Consumer<String> lost) {
    watch =
        new ServerWatch(
            client,
            jobId,
            sentence -> {
              lost.accept(sentence);
              loss.completeExceptionally(new UserError(sentence));
            });
  }

  @Override
  public Optional<Round> next() {
    List<Optional<FetchedSchedule>> fetched =
        awaitAll(ranks.stream().map(rank -> client.schedule(jobId, rank)).toList());
    if (fetched.stream().anyMatch(Optional::isEmpty)) {
      if (watch != null) {
        watch.close();
      }
      return Optional.empty();
    }
    FetchedSchedule first = fetched.get(0).orElseThrow();
    rounds = first.rounds() == null ? Integer.MAX_VALUE : first.rounds();
    List<FrequencySchedule> schedules =
        fetched.stream().map(schedule -> schedule.orElseThrow().schedule()).toList();
    boolean isDescribed = first.number() != null;
    Round round =
        new Round(
            isDescribed ? first.number() : number,
            isDescribed ? first.warmup() : number < publishedWarmups(),
            isDescribed ? first.frequencyMhz() : commonClock(schedules),
            first.plan(),
            schedules,
            estimatesPrecision ? first.precision() : 0,
            first.revisit(),
            first.simulated());
    number = round.number() + 1;
    return Optional.of(round);
  }

  /**
   * Returns the number of warm-up schedules at the start of a job. The number is needed for plan
   * servers that do not mark their warm-up schedules.
   */
  private int publishedWarmups() {
    return switch (Schedulers.baseName(name())) {
      case "InstructionProfiler" -> 2;
      case "PointSolution" ->
          client
              .info()
              .path("scheduler_args")
              .path(PointSolution.WARMUP_ROUNDS)
              .asInt(PointSolution.DEFAULT_WARMUP_ROUNDS);
      default -> 0;
    };
  }

  /**
   * Returns the clock in MHz if all frequency schedules contain only one common clock. Returns null
   * if the frequency schedules contain several clocks.
   */
  private static Integer commonClock(List<FrequencySchedule> schedules) {
    Set<Integer> clocks = new HashSet<>();
    schedules.forEach(schedule -> clocks.addAll(schedule.powerStates()));
    return clocks.size() == 1 ? clocks.iterator().next() : null;
  }

  @Override
  public void observe(Round round, RoundResults results) {
    List<CompletableFuture<Void>> reports = new ArrayList<>();
    for (RankResult result : results.ranks()) {
      reports.add(client.report(jobId, result));
    }
    awaitAll(reports);
  }

  /**
   * Waits until the plan server has answered all of the given calls. The method {@code awaitAll}
   * throws an exception as soon as a call fails or the plan server no longer answers.
   */
  private <T> List<T> awaitAll(List<CompletableFuture<T>> calls) {
    CompletableFuture<Void> failed = new CompletableFuture<>();
    for (CompletableFuture<T> call : calls) {
      call.whenComplete(
          (answer, failure) -> {
            if (failure != null) {
              failed.completeExceptionally(failure);
            }
          });
    }
    PlanClient.join(
        CompletableFuture.anyOf(
            loss, failed, CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))));
    List<T> answers = new ArrayList<>();
    for (CompletableFuture<T> call : calls) {
      answers.add(PlanClient.join(call));
    }
    return answers;
  }
}
