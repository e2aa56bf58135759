package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.policy.Schedulers;
import perseus.control.server.job.ServerSettings;
import perseus.profile.StageProfile;

/**
 * Runs a job on simulated GPUs. All output of the plan server must say that the GPUs are simulated.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SimulatedJobTest {
  @TempDir Path directory;

  private static String text(PlanServer server, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(server.uri() + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private static String register(Calls calls, String more) {
    String job =
        calls
            .post(
                "/register_job",
                "{'job_id': '', 'pp_degree': 1, 'dp_degree': 1, 'tp_degree': 1, 'world_size': 1,"
                    + " 'framework': 'perseus', 'model_name': 'm', 'partition_method': 'uniform',"
                    + " 'microbatch_size': 8, 'num_microbatches': 2"
                    + more
                    + "}")
            .join()
            .body()
            .asText();
    assertThat(calls.registerRank(job, 0, 0, 0, 0).status()).isEqualTo(200);
    return job;
  }

  private static void train(Calls calls, String job) {
    while (calls.fetch(job, 0).join().status() == 200) {
      assertThat(calls.report(job, 0).status()).isEqualTo(200);
    }
  }

  @Test
  void pageAnswersMetricsAndDumpsSaySimulatedForThisJobOnly() throws Exception {
    Path dumps = directory.resolve("dump");
    try (PlanServer server =
        PlanServer.start(
            ServerSettings.local(
                Schedulers.choose("InstructionProfiler", Map.of("minimum_power_state", 1400), null),
                0,
                dumps))) {
      Calls calls = new Calls(server);
      String simulated = register(calls, ", 'simulated': true");
      String real = register(calls, "");
      train(calls, simulated);
      train(calls, real);

      JsonNode jobs = calls.get("/jobs").join().body();
      assertThat(jobs.path(0).path("simulated").asBoolean()).isTrue();
      assertThat(jobs.path(1).path("simulated").asBoolean()).isFalse();
      assertThat(calls.get("/jobs/" + simulated).join().body().path("simulated").asBoolean())
          .isTrue();
      String[] metrics = text(server, "/metrics").split("\n");
      for (String line : metrics) {
        if (line.contains("{job=")) {
          assertThat(line.contains("simulated=\"true\""))
              .as(line)
              .isEqualTo(line.contains(simulated + "\""));
        }
      }
      assertThat(text(server, "/")).contains("id=\"simulated\"");
      assertThat(text(server, "/page.js")).contains("job.simulated");
      requireSaid(dumps.resolve(simulated), true);
      requireSaid(dumps.resolve(real), false);
    }
  }

  @Test
  void schedulesSaySimulatedIfTheGpusOrTheProfileOfThePlanAre() throws IOException {
    Path plan = directory.resolve("plan.py");
    String clocks = "[[1410, 1410, 1410, 1410]]\n# The profile of this plan was simulated.\n";
    for (String text : List.of(clocks, clocks.replace("# The", "# Somebody says that the"))) {
      Files.writeString(plan, text);
      try (PlanServer server =
          PlanServer.start(
              ServerSettings.local(
                  Schedulers.choose(
                      "PointSolution",
                      Map.of("solution_path", plan.toString(), "warmup_iters", 0),
                      null),
                  0,
                  null))) {
        Calls calls = new Calls(server);
        String simulated = register(calls, ", 'simulated': true");
        String real = register(calls, "");
        assertThat(calls.fetch(simulated, 0).join().body().path("simulated").asBoolean()).isTrue();
        JsonNode onReal = calls.fetch(real, 0).join().body();
        assertThat(onReal.path("simulated").asBoolean()).isEqualTo(text.equals(clocks));
        assertThat(onReal.path("power_states")).isNotEmpty();
      }
    }
  }

  private static void requireSaid(Path dump, boolean simulated) throws IOException {
    try (var files = Files.list(dump)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file).contains("simulated"))
            .as(file.toString())
            .isEqualTo(simulated);
      }
    }
    StageProfile profile = StageProfile.read(dump.resolve("profile.csv"));
    assertThat(Boolean.TRUE.equals(profile.notes().simulated())).isEqualTo(simulated);
    // The column `simulated` must not count as a setting of the GPU (a knob), because such settings
    // are copied into every plan.
    assertThat(profile.rows()).allMatch(row -> row.knobs().isEmpty());
  }
}
