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
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.RoundResults;
import perseus.control.Scheduler;
import perseus.control.policy.PointSolution;
import perseus.io.UserError;

/**
 * A plan server's scheduler, for a process that trains all ranks of a job: each of them registers,
 * fetches and reports as one of its own would.
 */
public final class RemoteScheduler implements Scheduler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PlanClient client;
  private final List<RankInfo> ranks;
  private final String jobId;
  private final CompletableFuture<Void> lost = new CompletableFuture<>();
  private ServerWatch watch;
  private int rounds = Integer.MAX_VALUE;
  private int number;

  private RemoteScheduler(PlanClient client, JobInfo job, List<RankInfo> ranks) {
    this.client = client;
    this.ranks = ranks;
    String mode = client.info().path("mode").asText("frequency");
    if (!mode.equals("frequency")) {
      throw new UserError(
          "The plan server sets the %s, but this engine's GPUs take a frequency: start it with --mode frequency or another scheduler."
              .formatted(mode));
    }
    this.jobId = client.registerJob(job);
    all(ranks.stream().map(rank -> client.registerRank(jobId, rank)).toList());
  }

  /** Registers each job with the server. */
  public static Factory factory(PlanClient client) {
    return (job, ranks) -> new RemoteScheduler(client, job, ranks);
  }

  /** The job's id at the server. */
  public String jobId() {
    return jobId;
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

  /** Watches over the server until nothing is left to be fetched from it. */
  @Override
  public void watch(Consumer<String> gone) {
    watch =
        new ServerWatch(
            client,
            sentence -> {
              gone.accept(sentence);
              lost.completeExceptionally(new UserError(sentence));
            });
  }

  @Override
  public Optional<Round> next() {
    List<Optional<FetchedSchedule>> fetched =
        all(ranks.stream().map(rank -> client.schedule(jobId, rank)).toList());
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
    boolean described = first.number() != null;
    Round round =
        new Round(
            described ? first.number() : number,
            described ? first.warmup() : number < publishedWarmups(),
            described ? first.frequencyMhz() : onlyClock(schedules),
            first.plan(),
            schedules);
    number = round.number() + 1;
    return Optional.of(round);
  }

  /** How many rounds the research release's schedulers begin with that are no measurement. */
  private int publishedWarmups() {
    return switch (name().replaceAll("3D$", "")) {
      case "InstructionProfiler" -> 2;
      case "PointSolution" ->
          client
              .info()
              .path("scheduler_args")
              .path("warmup_iters")
              .asInt(PointSolution.DEFAULT_WARMUP_ROUNDS);
      default -> 0;
    };
  }

  private static Integer onlyClock(List<FrequencySchedule> schedules) {
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
    all(reports);
  }

  /** Waits for the answers, no longer than until one fails, or the server is gone. */
  private <T> List<T> all(List<CompletableFuture<T>> calls) {
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
            lost, failed, CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new))));
    List<T> answers = new ArrayList<>();
    for (CompletableFuture<T> call : calls) {
      answers.add(PlanClient.join(call));
    }
    return answers;
  }
}
