package perseus.engine.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.control.Measurement;
import perseus.control.Mode;
import perseus.control.Round;
import perseus.control.Scheduler;
import perseus.control.SchedulerChoice;
import perseus.control.StagePlan;
import perseus.control.client.PlanClient;
import perseus.control.client.RemoteScheduler;
import perseus.control.policy.InstructionProfiler;
import perseus.control.policy.PointSolution;
import perseus.control.policy.Schedulers;
import perseus.control.server.PlanServer;
import perseus.control.server.job.ServerSettings;
import perseus.engine.TrainingConfig;
import perseus.engine.TrainingListener;
import perseus.engine.TrainingResult;
import perseus.gpu.sim.SimulatedGpus;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.parallel.Degrees;
import perseus.pipeline.Schedules;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanFile;
import perseus.recording.run.RunManifest;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RemoteTrainingTest {
  private static final int MICROBATCHES = 3;
  private static final int STEPS = 3;

  @TempDir Path directory;

  private TrainingConfig config(String name, Degrees degrees, Scheduler.Factory scheduler) {
    return Trainings.of(
        "gpt3-xl",
        "uniform_transformer",
        degrees,
        8,
        MICROBATCHES,
        SimulatedGpus.named("sim:a100-pcie"),
        Schedules.ONE_FORWARD_ONE_BACKWARD,
        STEPS,
        true,
        directory.resolve(name),
        scheduler,
        null);
  }

  private void train(String name, Degrees degrees, Scheduler.Factory scheduler) {
    VirtualTraining.run(config(name, degrees, scheduler), TrainingListener.NONE);
  }

  private PlanServer start(String scheduler, Map<String, Object> args) {
    return PlanServer.start(
        ServerSettings.local(
            Schedulers.choose(scheduler, args, null), 0, directory.resolve("dump")));
  }

  private static Scheduler.Factory remote(PlanServer server) {
    return RemoteScheduler.factory(
        new PlanClient(server.uri().toString(), null), Mode.FREQUENCY, true);
  }

  private Map<String, String> files(String name) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory.resolve(name))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        contents.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return contents;
  }

  @Test
  void profilingWithAServerWritesTheSameFilesAsWithoutServer() throws IOException {
    Degrees degrees = new Degrees(4, 2, 2);
    train("local", degrees, InstructionProfiler.factory(1350, false, 0));
    try (PlanServer server = start("InstructionProfiler", Map.of("minimum_power_state", 1350))) {
      train("remote", degrees, remote(server));
    }
    assertThat(files("remote")).hasSize(65).isEqualTo(files("local"));
  }

  @Test
  void serverProfilesAsPreciselyAsTheRanksEstimate() throws IOException {
    Degrees degrees = new Degrees(4, 1, 1);
    train("local", degrees, InstructionProfiler.factory(1380, false, 0.01));
    try (PlanServer server =
        start("InstructionProfiler", Map.of("minimum_power_state", 1380, "prof_precision", 0.01))) {
      train("remote", degrees, remote(server));
    }
    assertThat(files("remote")).hasSize(17).isEqualTo(files("local"));
  }

  @Test
  void serverRepeatsRoundsOfAClientThatDoesNotEstimate() throws IOException {
    try (PlanServer server =
        start(
            "InstructionProfiler", Map.of("minimum_power_state", 1380, "prof_precision", 0.0005))) {
      Scheduler.Factory fixed =
          RemoteScheduler.factory(
              new PlanClient(server.uri().toString(), null), Mode.FREQUENCY, false);
      train("remote", new Degrees(4, 1, 1), fixed);
    }
    RunManifest run = RunManifest.read(directory.resolve("remote/run.json"));
    assertThat(run.numProfSteps()).isEqualTo(STEPS);
    assertThat(run.schedules())
        .allMatch(s -> s.lastIteration() - s.firstIteration() + 1 == STEPS)
        .extracting(RunManifest.Schedule::frequencyMhz)
        .containsSubsequence(1410, 1410, 1410, 1410, 1395, 1395, 1380, 1380, 1410);
    assertThat(run.schedules()).filteredOn(s -> s.revisit() != null).hasSize(1);
  }

  @Test
  void replayWithAServerWritesTheSameFilesAsWithoutServer() throws IOException {
    Path plan = writePlan(0, 1200);
    Degrees degrees = new Degrees(4, 1, 1);
    train(
        "local",
        degrees,
        PointSolution.factory(
            List.of(StagePlan.of(plan, PlanFile.read(plan))), PointSolution.DEFAULT_WARMUP_ROUNDS));
    try (PlanServer server = start("PointSolution", Map.of("solution_path", plan.toString()))) {
      train("remote", degrees, remote(server));
    }
    assertThat(files("remote")).isEqualTo(files("local"));
  }

  private Path writePlan(int number, int clock) throws IOException {
    String stage =
        IntStream.range(0, 2 * MICROBATCHES)
            .mapToObj(i -> Integer.toString(clock))
            .collect(Collectors.joining(", ", "[", "]"));
    Path file = directory.resolve("out/plans").resolve(PlanFile.name(number));
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "[" + stage + ("," + stage).repeat(3) + "]\n");
  }

  /**
   * Writes a frontier of three plans, whose iterations take 1, 1.15 and 1.3 times as long as at the
   * highest frequencies. A slower plan would save no energy.
   */
  private Path writeFrontier() throws IOException {
    writePlan(0, 1005);
    writePlan(1, 1200);
    writePlan(2, 1410);
    JsonFiles.write(
        directory.resolve("out").resolve(PlanCatalog.FILE_NAME),
        new PlanCatalog(
            1,
            "perseus",
            "1f1b",
            4,
            MICROBATCHES,
            300,
            0.0,
            null,
            null,
            true,
            new PlanCatalog.Baseline(1, 1000),
            1,
            1.15,
            1.3,
            List.of(
                new PlanCatalog.Entry(0, "plans/" + PlanFile.name(0), 1.3, 850, 850, 0, 0, true),
                new PlanCatalog.Entry(1, "plans/" + PlanFile.name(1), 1.15, 840, 840, 0, 0, false),
                new PlanCatalog.Entry(2, "plans/" + PlanFile.name(2), 1, 900, 900, 0, 0, false))));
    return directory.resolve("out");
  }

  @Test
  void otherPipelinesAreSlowedUntilTheStragglerIsCleared() throws IOException {
    Path frontier = writeFrontier();
    try (PlanServer server = start("Straggler", Map.of("frontier", frontier.toString()))) {
      TrainingConfig all = config("run", new Degrees(4, 3, 1), remote(server));
      List<List<Integer>> clocks = new ArrayList<>();
      Map<Integer, String> posts =
          Map.of(
              1, "{\"pipeline\": 1, \"degree\": 1.2}",
              2, "{\"pipeline\": 1, \"degree\": 2}",
              3, "{\"pipeline\": 2, \"degree\": 1.2}",
              4, "{\"pipeline\": 1, \"degree\": 1}",
              5, "{\"pipeline\": 2, \"degree\": 1}");
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void roundStarted(Round round, int rounds, int iterations) {
              clocks.add(
                  Stream.of(0, 4, 8)
                      .map(rank -> round.schedules().get(rank).powerStates().get(0))
                      .toList());
            }

            @Override
            public void roundFinished(Round round, Measurement measurement) {
              if (posts.containsKey(round.number())) {
                post(server, posts.get(round.number()));
              }
            }
          };
      VirtualTraining.run(limited(all, 3 * 7), listener);

      assertThat(clocks)
          .containsExactly(
              List.of(1410, 1410, 1410),
              List.of(1410, 1410, 1410),
              List.of(1200, 1410, 1200),
              // Pipeline 1 takes twice as long as before. The other pipelines run the slowest plan
              // of the frontier, which takes 1.3 times as long as before.
              List.of(1005, 1410, 1005),
              // Pipeline 2 now needs 1.2 times as long for every plan. It still runs the slowest
              // plan, because 1.2 * 1.3 is less than the factor 2 of pipeline 1.
              List.of(1005, 1410, 1005),
              List.of(1200, 1200, 1410),
              List.of(1410, 1410, 1410));
    }
  }

  private static TrainingConfig limited(TrainingConfig c, int steps) {
    return new TrainingConfig(
        c.job(),
        c.stages(),
        c.partition(),
        c.nodes(),
        c.gpu(),
        c.trainSchedule(),
        c.numProfSteps(),
        steps,
        c.seed(),
        c.activationCheckpointing(),
        c.exportTimingCsv(),
        c.outputDirectory(),
        c.scheduler(),
        c.dumpDirectory());
  }

  private static void post(PlanServer server, String body) {
    try {
      HttpClient http = HttpClient.newHttpClient();
      String jobs =
          http.send(
                  HttpRequest.newBuilder(URI.create(server.uri() + "/jobs")).build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      String job = new ObjectMapper().readTree(jobs).path(0).path("id").asText();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(server.uri() + "/straggler/" + job))
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void clientWorksWithAServerOfZeus() throws IOException {
    // This HTTP server behaves like the server of Zeus: it has no call /info, and always returns
    // the same schedule.
    List<String> calls = new ArrayList<>();
    HttpServer zeus = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    zeus.createContext(
        "/",
        exchange -> {
          String uri = exchange.getRequestURI().toString();
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String answer = "null";
          int status = 200;
          if (uri.equals("/info")) {
            status = 404;
            answer = "{\"detail\":\"Not Found\"}";
          } else if (uri.equals("/register_job")) {
            answer = "\"2024-01-01+dp1+pp4+tp1+PointSolution\"";
          } else if (uri.startsWith("/schedule/")) {
            int rank = Integer.parseInt(uri.substring(uri.indexOf('=') + 1));
            answer = zeusSchedule(rank);
          }
          synchronized (calls) {
            calls.add(uri + " " + (body.substring(0, Math.min(body.length(), 120))));
          }
          byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    zeus.start();
    try {
      String url = "http://127.0.0.1:" + zeus.getAddress().getPort();
      TrainingConfig config =
          config(
              "run",
              new Degrees(4, 1, 1),
              RemoteScheduler.factory(new PlanClient(url, null), Mode.FREQUENCY, true));
      TrainingResult result = VirtualTraining.run(limited(config, 6), TrainingListener.NONE);

      assertThat(result.rounds()).hasSize(2);
      assertThat(result.rounds().get(0).frequencyMhz()).isEqualTo(1305);
      assertThat(calls)
          .anyMatch(call -> call.startsWith("/register_rank/2024-01-01+dp1+pp4+tp1+PointSolution "))
          .anyMatch(call -> call.contains("\"tp_rank\":0,\"available_frequencies\""))
          .anyMatch(call -> call.contains("\"job_metadata\":\"perseus+gpt3-xl\""));
    } finally {
      zeus.stop(0);
    }
  }

  private static String zeusSchedule(int rank) {
    return Schedules.ONE_FORWARD_ONE_BACKWARD.rankSteps(rank, 4, MICROBATCHES).stream()
        .map(step -> "[\"" + step.instruction() + "\", 1305]")
        .collect(Collectors.joining(", ", "{\"rank\": " + rank + ", \"frequencies\": [", "]}"));
  }

  @Test
  void serverBalancesPureBackwardsUnderEarlyRecomputation() {
    SchedulerChoice choice =
        Schedulers.choose(
            "ZeusLocalPowerState", Map.of("balanced_phase", "pure_backward"), Mode.FREQUENCY);
    try (PlanServer server =
        PlanServer.start(ServerSettings.local(choice, 0, directory.resolve("dump")))) {
      TrainingConfig config =
          Trainings.of(
              "gpt3-xl",
              "uniform_transformer",
              new Degrees(4, 1, 1),
              8,
              MICROBATCHES,
              SimulatedGpus.named("sim:a100-pcie"),
              Schedules.EARLY_RECOMPUTE,
              3,
              true,
              directory.resolve("run"),
              remote(server),
              null);
      TrainingResult result = VirtualTraining.run(limited(config, 12), TrainingListener.NONE);
      assertThat(result.rounds()).hasSize(4);
    }
  }

  @Test
  void unreachableServerIsNamedInTheMessage() {
    assertThatThrownBy(() -> new PlanClient("http://127.0.0.1:1", null))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("http://127.0.0.1:1");
    assertThatThrownBy(() -> new PlanClient("not a url", null))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("such as http://127.0.0.1:7787");
  }

  @Test
  void jobThatTheSchedulerRefusesFailsWithItsMessage() {
    try (PlanServer server = start("PointSolution", Map.of("solution_path", "/no/plan.py"))) {
      assertThatThrownBy(() -> train("run", new Degrees(4, 1, 1), remote(server)))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("/no/plan.py does not exist");
    }
  }

  @Test
  void dumpContainsTheMeasurementsOfTheRun() throws IOException {
    try (PlanServer server = start("AllMaxFrequency", Map.of())) {
      train("run", new Degrees(4, 1, 1), remote(server));
    }
    try (Stream<Path> jobs = Files.list(directory.resolve("dump"))) {
      Path job = jobs.filter(Files::isDirectory).findFirst().orElseThrow();
      JsonNode results = new ObjectMapper().readTree(job.resolve("0.prof.json").toFile());
      assertThat(results).hasSize(4);
      assertThat(results.path(3).path("time_breakdown").path("forward").path(2))
          .hasSize(MICROBATCHES);
    }
  }
}
