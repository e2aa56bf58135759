package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.control.Mode;
import perseus.control.policy.Schedulers;
import perseus.control.server.job.ServerSettings;

/**
 * Calls plan servers like the published client of Zeus, which fetches one schedule and never
 * reports.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ZeusClientTest {
  private static final String FIRST_PLAN =
      "[[\"forward\",1380],[\"forward\",1395],[\"backward\",1380],[\"backward\",1380]]";

  @TempDir Path directory;

  private PlanServer start(String scheduler, Map<String, Object> args, Mode mode) {
    return PlanServer.start(
        ServerSettings.local(Schedulers.choose(scheduler, args, mode), 0, null));
  }

  private PlanServer replay(int plans, Map<String, Object> more) throws IOException {
    Path parent = Files.createDirectories(directory.resolve("plans"));
    for (int plan = 0; plan < plans; plan++) {
      Files.writeString(
          parent.resolve("freqs_pipeline_0000%d.py".formatted(plan)),
          "[[('forward', 1380), ('forward', 1395), ('backward', 1380), ('backward', 1380)],\n"
              + "[('forward', 1395), ('backward', 1380), ('forward', 1395), ('backward', 1380)]]\n");
    }
    Map<String, Object> args = new HashMap<>(more);
    args.put("solution_path", parent.toString());
    return start("PointSolution", args, null);
  }

  private static String registerJob(Calls calls, int dp, String more) {
    return calls
        .post(
            "/register_job",
            "{'job_id': '', 'pp_degree': 2, 'dp_degree': %d, 'tp_degree': 1, 'world_size': %d, 'job_metadata': 'm'%s}"
                .formatted(dp, 2 * dp, more))
        .join()
        .body()
        .asText();
  }

  private static Calls.Answer registerRank(Calls calls, String job, int rank) {
    return calls
        .post(
            "/register_rank/" + job,
            ("{'rank': %d, 'dp_rank': %d, 'pp_rank': %d, 'tp_rank': 0,"
                    + " 'available_frequencies': [1380, 1395, 1410]}")
                .formatted(rank, rank / 2, rank % 2))
        .join();
  }

  private static String register(Calls calls, int dp, String more) {
    String job = registerJob(calls, dp, more);
    for (int rank = 0; rank < 2 * dp; rank++) {
      assertThat(registerRank(calls, job, rank).status()).isEqualTo(200);
    }
    return job;
  }

  private static String frequencies(Calls.Answer answer) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    return answer.body().path("frequencies").toString();
  }

  @Test
  void planComesAtOnceInAnyOrderAndAsOftenAsARankAsks() throws IOException {
    try (PlanServer server = replay(1, Map.of("warmup_iters", 2))) {
      Calls calls = new Calls(server);
      String job = register(calls, 1, "");
      String second = frequencies(calls.fetch(job, 1).join());
      assertThat(second).startsWith("[[\"forward\",1395],[\"backward\",1380]");
      for (int fetch = 0; fetch < 3; fetch++) {
        assertThat(frequencies(calls.fetch(job, 0).join())).isEqualTo(FIRST_PLAN);
        assertThat(frequencies(calls.fetch(job, 1).join())).isEqualTo(second);
      }
    }
  }

  @Test
  void rankThatAsksEarlyWaitsForTheRegistrationOfTheOthers() throws IOException {
    try (PlanServer server = replay(1, Map.of())) {
      Calls calls = new Calls(server);
      String job = registerJob(calls, 1, "");
      registerRank(calls, job, 0);
      CompletableFuture<Calls.Answer> early = calls.fetch(job, 0);
      while (calls.get("/jobs/" + job).join().body().path("waiting").asInt() == 0) {
        assertThat(early).isNotDone();
      }
      registerRank(calls, job, 1);
      assertThat(frequencies(early.join())).isEqualTo(FIRST_PLAN);
    }
  }

  @Test
  void ranksThatReportAfterAllRunThePlanAndThenEnd() throws IOException {
    try (PlanServer server = replay(1, Map.of())) {
      Calls calls = new Calls(server);
      String job = register(calls, 1, "");
      assertThat(calls.report(job, 0).status()).as("before it has fetched").isEqualTo(409);
      calls.fetchAll(job, 2);
      assertThat(calls.report(job, 0).status()).isEqualTo(200);
      assertThat(frequencies(calls.fetch(job, 1).join())).isNotEmpty();
      assertThat(calls.report(job, 1).status()).isEqualTo(200);
      assertThat(calls.fetchAll(job, 2))
          .allSatisfy(answer -> assertThat(answer.detail()).contains("[profiling-done]"));
    }
  }

  @Test
  void severalPlansNeedReports() throws IOException {
    try (PlanServer server = replay(2, Map.of())) {
      Calls calls = new Calls(server);
      Calls.Answer refused = calls.fetch(register(calls, 1, ""), 0).join();
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.detail()).contains("2 plans", "one plan file");

      String reporting = register(calls, 1, ", 'reports': true");
      List<Calls.Answer> warmup = calls.fetchAll(reporting, 2);
      assertThat(frequencies(warmup.get(0))).contains("1410").doesNotContain("1380");
    }
  }

  @Test
  void changeOfStragglerReachesTheNextRankThatFetches() throws IOException {
    Map<String, Object> args = Map.of("frontier", SavedFrontier.write(directory).toString());
    try (PlanServer server = start("Straggler", args, null)) {
      Calls calls = new Calls(server);
      String job = register(calls, 2, "");
      assertThat(frequencies(calls.fetch(job, 0).join())).contains("1410");
      calls.post("/straggler/" + job, "{'pipeline': 1, 'degree': 1.2}").join();
      assertThat(frequencies(calls.fetch(job, 0).join())).contains("1395");
      assertThat(frequencies(calls.fetch(job, 2).join())).as("the straggler").contains("1410");
      // Rank 1 has fetched neither of the two schedules, so its result belongs to no schedule.
      assertThat(calls.report(job, 1).status()).isEqualTo(409);
      calls.post("/straggler/" + job, "{'pipeline': 1, 'degree': 1}").join();
      assertThat(frequencies(calls.fetch(job, 1).join())).contains("1410");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "InstructionProfiler, frequency",
    "InstructionProfiler, power limit",
    "ZeusGlobalPowerLimit, power limit",
    "ZeusLocalPowerState, frequency",
  })
  void schedulerThatNeedsReportsRefusesTheJobInWords(String scheduler, String mode) {
    try (PlanServer server = start(scheduler, Map.of(), Mode.of(mode))) {
      Calls calls = new Calls(server);
      String job = registerJob(calls, 1, "");
      for (Calls.Answer answer : List.of(registerRank(calls, job, 0), calls.fetch(job, 0).join())) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.detail()).contains(scheduler, "PointSolution", "reports");
      }
      assertThat(calls.get("/jobs").join().body().path(0).path("state").asText())
          .isEqualTo("failed");
    }
  }
}
