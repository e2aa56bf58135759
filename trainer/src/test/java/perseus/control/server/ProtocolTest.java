package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.policy.Schedulers;
import perseus.control.server.job.ServerSettings;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ProtocolTest {
  @TempDir Path directory;

  private PlanServer start(String scheduler, Map<String, Object> args) {
    return PlanServer.start(
        ServerSettings.local(
            Schedulers.choose(scheduler, args, null), 0, directory.resolve("dump")));
  }

  private static List<Integer> states(Calls.Answer answer) {
    return new ObjectMapper()
        .convertValue(answer.body().path("power_states"), new TypeReference<List<Integer>>() {});
  }

  @Test
  void infoHasTheFieldsOfTheResearchRelease() {
    try (PlanServer server = start("InstructionProfiler", Map.of("minimum_power_state", 1390))) {
      JsonNode info = new Calls(server).get("/info").join().body();

      assertThat(info.path("scheduler").asText()).isEqualTo("InstructionProfiler");
      assertThat(info.path("scheduler_args").path("minimum_power_state").asInt()).isEqualTo(1390);
      assertThat(info.path("mode").asText()).isEqualTo("frequency");
      assertThat(info.path("log_level").asText()).isEqualTo("INFO");
      assertThat(info.path("dump_data").asBoolean()).isTrue();
      assertThat(info.path("dump_dir").asText()).isEqualTo(directory.resolve("dump").toString());
    }
  }

  @Test
  void researchJobRunsRoundByRoundUntilProfilingIsDone() throws IOException {
    try (PlanServer server = start("InstructionProfiler3D", Map.of("minimum_power_state", 1390))) {
      Calls calls = new Calls(server);
      String job = calls.registerAll(2, 2, 2);
      assertThat(job)
          .matches(
              "\\d{4}(-\\d\\d){5}\\+merak\\+gpt3-xl\\+custom:0,8,14,21,27\\+dp2\\+pp2\\+tp2"
                  + "\\+mbs8\\+nmb2\\+InstructionProfiler3D");
      int[] clocks = {1410, 1410, 1410, 1395};
      for (int clock : clocks) {
        List<Calls.Answer> answers = calls.fetchAll(job, 8);
        for (int rank = 0; rank < 8; rank++) {
          assertThat(answers.get(rank).body().path("rank").asInt()).isEqualTo(rank);
          assertThat(states(answers.get(rank))).hasSize(7).containsOnly(clock);
        }
        calls.reportAll(job, 8);
      }
      for (Calls.Answer answer : calls.fetchAll(job, 8)) {
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.detail()).contains("[profiling-done]");
      }

      Path dump = directory.resolve("dump").resolve(job);
      try (var files = Files.list(dump)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder(
                "perseus.json",
                "ranks.json",
                "profile.csv",
                "0.sched.json",
                "0.prof.json",
                "1.sched.json",
                "1.prof.json",
                "2.sched.json",
                "2.prof.json",
                "3.sched.json",
                "3.prof.json");
      }
      JsonNode ranks = new ObjectMapper().readTree(dump.resolve("ranks.json").toFile());
      assertThat(ranks.path(7).path("job_id").asText()).isEqualTo(job);
      assertThat(ranks.path(7).path("power_state_range").path(0).asInt()).isEqualTo(1410);
      // In each of the three iterations, each of the four ranks of a stage reports 20 J for the
      // instruction. The first iteration is excluded.
      assertThat(Files.readAllLines(dump.resolve("profile.csv")))
          .startsWith("stage,instruction,frequency,time,energy,instances,time_stderr,energy_stderr")
          .contains("1,backward,1395,0.2,80.0,4,0.0,0.0")
          .hasSize(1 + 2 * 2 * 2);
    }
  }

  @Test
  void scheduleIsAnsweredWhenEveryRankHasReportedAndAsked() throws Exception {
    try (PlanServer server = start("InstructionProfiler", Map.of())) {
      Calls calls = new Calls(server);
      String job = calls.registerAll(2, 1, 1);
      CompletableFuture<Calls.Answer> first = calls.fetch(job, 0);
      Thread.sleep(200);
      assertThat(first).isNotDone();
      assertThat(calls.fetch(job, 1).join().status()).isEqualTo(200);
      assertThat(first.join().status()).isEqualTo(200);

      calls.report(job, 0);
      CompletableFuture<Calls.Answer> early = calls.fetch(job, 0);
      Thread.sleep(200);
      assertThat(early).isNotDone();
      calls.report(job, 1);
      assertThat(early).isNotDone();
      calls.fetch(job, 1).join();
      assertThat(early.join().status()).isEqualTo(200);
    }
  }

  @Test
  void resultWithAHundredThousandInstructionsIsAccepted() throws IOException {
    try (PlanServer server = start("InstructionProfiler", Map.of())) {
      Calls calls = new Calls(server);
      String job = calls.registerAll(1, 1, 1);
      calls.fetchAll(job, 1);
      String iteration = "[" + String.join(", ", Collections.nCopies(5000, "0.12345678901234567"));
      String rows = "[" + String.join("], ", Collections.nCopies(10, iteration)) + "]]";
      String breakdown = "{'forward': %s, 'backward': %s}".formatted(rows, rows);
      String ones = Collections.nCopies(10, 1).toString();
      String body =
          "{'rank': 0, 'iter_time': %s, 'iter_energy': %s, 'time_breakdown': %s, 'energy_breakdown': %s}"
              .formatted(ones, ones, breakdown, breakdown);
      assertThat(calls.post("/result/" + job, body).join().status()).isEqualTo(200);
      assertThat(calls.fetch(job, 0).join().status()).isEqualTo(200);
    }
  }

  @Test
  void repeatedFetchGetsTheSameSchedule() {
    try (PlanServer server = start("InstructionProfiler", Map.of())) {
      Calls calls = new Calls(server);
      String job = calls.registerAll(2, 1, 1);
      Calls.Answer once = calls.fetchAll(job, 2).get(0);
      assertThat(calls.fetch(job, 0).join().body()).isEqualTo(once.body());
    }
  }

  @Test
  void ranksMayHaveAnyLayout() throws IOException {
    Path plan = directory.resolve("plan.py");
    Files.writeString(plan, "[\n[1410, 1395, 1410, 1395],\n[1380, 1380, 1380, 1380],\n]\n");
    Map<String, Object> args = Map.of("solution_path", plan.toString(), "warmup_iters", 0);
    try (PlanServer server = start("PointSolution", args)) {
      Calls calls = new Calls(server);
      String job = calls.registerJob(2, 2, 1);
      // Ranks 0 and 1 run the first stage, and ranks 2 and 3 run the second stage.
      for (int rank = 0; rank < 4; rank++) {
        calls.registerRank(job, rank, rank % 2, rank / 2, 0);
      }
      List<Calls.Answer> answers = calls.fetchAll(job, 4);
      List<Integer> firstStage = List.of(1410, 1410, 1410, 1395, 1410, 1395, 1395);
      assertThat(states(answers.get(0))).isEqualTo(firstStage);
      assertThat(states(answers.get(1))).isEqualTo(firstStage);
      assertThat(states(answers.get(2))).containsOnly(1380);
      assertThat(states(answers.get(3))).containsOnly(1380);
    }
  }

  @Test
  void zeusClientGetsANameAndFrequencyPerComputation() throws IOException {
    Path plan = directory.resolve("plan.py");
    Files.writeString(
        plan,
        "[[('forward', 1410), ('forward', 1395), ('backward', 1380), ('backward', 1380)],\n"
            + "[('forward', 1410), ('backward', 1410), ('forward', 1395), ('backward', 1380)]]\n");
    Map<String, Object> args = Map.of("solution_path", plan.toString(), "warmup_iters", 0);
    try (PlanServer server = start("PointSolution", args)) {
      Calls calls = new Calls(server);
      String job = registerZeus(calls, "'job_metadata': 'my job/../x', ");
      assertThat(job).matches("\\d{4}(-\\d\\d){5}\\+dp1\\+pp2\\+tp1\\+PointSolution\\+my_job_.._x");
      List<Calls.Answer> answers = calls.fetchAll(job, 2);

      assertThat(answers.get(1).body())
          .isEqualTo(
              new ObjectMapper()
                  .readTree(
                      "{\"rank\":1,\"frequencies\":[[\"forward\",1410],[\"backward\",1410],"
                          + "[\"forward\",1395],[\"backward\",1380]]}"));
      Path ranks = directory.resolve("dump").resolve(job).resolve("ranks.json");
      Calls.awaitDumped(ranks);
      assertThat(ranks).content().contains("available_frequencies").doesNotContain("pipe_schedule");
    }
  }

  private static String registerZeus(Calls calls, String more) {
    String job =
        calls
            .post(
                "/register_job",
                "{'job_id': '', 'pp_degree': 2, 'dp_degree': 1, 'tp_degree': 1, "
                    + more
                    + "'world_size': 2}")
            .join()
            .body()
            .asText();
    for (int rank = 0; rank < 2; rank++) {
      calls
          .post(
              "/register_rank/" + job,
              ("{'rank': %d, 'dp_rank': 0, 'pp_rank': %d, 'tp_rank': 0,"
                      + " 'available_frequencies': [1380, 1395, 1410]}")
                  .formatted(rank, rank))
          .join();
    }
    return job;
  }

  @Test
  void zeusJobNeedsTheArgumentNumMicrobatches() {
    try (PlanServer server = start("AllMaxFrequency", Map.of("num_microbatches", 2))) {
      Calls calls = new Calls(server);
      assertThat(calls.fetchAll(registerZeus(calls, ""), 2).get(0).body().toString())
          .isEqualTo(
              "{\"rank\":0,\"frequencies\":[[\"forward\",1410],[\"forward\",1410],"
                  + "[\"backward\",1410],[\"backward\",1410]]}");
    }
    try (PlanServer server = start("AllMaxFrequency", Map.of())) {
      Calls calls = new Calls(server);
      Calls.Answer zeus =
          calls
              .post(
                  "/register_job",
                  "{'pp_degree': 1, 'dp_degree': 1, 'tp_degree': 1, 'world_size': 1}")
              .join();
      Calls.Answer rank =
          calls
              .post(
                  "/register_rank/" + zeus.body().asText(),
                  "{'rank': 0, 'dp_rank': 0, 'pp_rank': 0, 'tp_rank': 0, 'available_frequencies': [5]}")
              .join();
      assertThat(rank.status()).isEqualTo(400);
      assertThat(rank.detail()).contains("num_microbatches");
    }
  }

  @Test
  void jobsOfTheSameSecondGetDifferentIds() {
    try (PlanServer server = start("AllMaxFrequency", Map.of())) {
      Calls calls = new Calls(server);
      assertThat(calls.registerJob(1, 1, 1)).isNotEqualTo(calls.registerJob(1, 1, 1));
    }
  }

  @Test
  void idleJobIsRemovedAndItsRanksAreAnswered() throws InterruptedException {
    ServerSettings usual =
        ServerSettings.local(Schedulers.choose("AllMaxFrequency", Map.of(), null), 0, null);
    ServerSettings settings =
        new ServerSettings(
            usual.scheduler(),
            usual.host(),
            0,
            null,
            "INFO",
            Duration.ofMillis(500),
            null,
            usual.limits());
    try (PlanServer server = PlanServer.start(settings)) {
      Calls calls = new Calls(server);
      String job = calls.registerAll(2, 1, 1);
      Calls.Answer waited = calls.fetch(job, 0).join();

      assertThat(waited.status()).isEqualTo(404);
      assertThat(waited.detail()).contains("idle");
      assertThat(calls.fetch(job, 1).join().status()).isEqualTo(404);
      assertThat(calls.get("/jobs").join().body()).isEmpty();
    }
  }
}
