package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.control.SchedulerChoice;
import perseus.control.policy.Schedulers;
import perseus.control.server.http.ServerLimits;
import perseus.control.server.job.ServerSettings;

/** Tests that a wrong call gets a clear answer, and that other jobs continue. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FaultsTest {
  @TempDir Path directory;
  private PlanServer server;
  private Calls calls;
  private String other;

  @BeforeEach
  void startServerWithAnotherJob() {
    server = start(Schedulers.choose("InstructionProfiler", Map.of(), null), null);
    calls = new Calls(server);
    other = calls.registerAll(2, 1, 1);
  }

  private PlanServer start(SchedulerChoice choice, String token) {
    return PlanServer.start(
        new ServerSettings(
            choice,
            "127.0.0.1",
            0,
            directory.resolve("dump"),
            "INFO",
            Duration.ofDays(1),
            token,
            ServerLimits.DEFAULT.withMaxBodyBytes(1 << 20)));
  }

  @AfterEach
  void assertOtherJobContinues() throws IOException {
    assertThat(calls.fetchAll(other, 2)).allMatch(answer -> answer.status() == 200);
    calls.reportAll(other, 2);
    assertThat(calls.fetchAll(other, 2)).allMatch(answer -> answer.status() == 200);
    server.close();
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsOnly("dump");
    }
  }

  @Test
  void disconnectedClientMayFetchAgain() throws Exception {
    String job = calls.registerAll(2, 1, 1);
    try (Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
      write(socket, "GET /schedule/" + job + "?rank=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      Thread.sleep(200);
    }
    CompletableFuture<Calls.Answer> again = calls.fetch(job, 0);
    Thread.sleep(200);
    assertThat(calls.fetch(job, 1).join().status()).isEqualTo(200);
    assertThat(again.join().status()).isEqualTo(200);
  }

  @Test
  void scheduleSentToAClosedConnectionCanBeFetchedAgain() throws Exception {
    String job = calls.registerAll(2, 1, 1);
    try (Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
      write(socket, "GET /schedule/" + job + "?rank=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
      Thread.sleep(200);
    }
    assertThat(calls.fetch(job, 1).join().status()).isEqualTo(200);
    assertThat(calls.fetch(job, 0).join().status()).isEqualTo(200);
  }

  @Test
  void secondFetchOfAWaitingRankReplacesTheFirst() throws Exception {
    String job = calls.registerAll(2, 1, 1);
    CompletableFuture<Calls.Answer> first = calls.fetch(job, 0);
    Thread.sleep(200);
    CompletableFuture<Calls.Answer> second = calls.fetch(job, 0);
    assertThat(first.join().status()).isEqualTo(409);
    calls.fetch(job, 1).join();
    assertThat(second.join().status()).isEqualTo(200);
  }

  @Test
  void secondReportIsRefused() {
    String job = calls.registerAll(2, 1, 1);
    calls.fetchAll(job, 2);
    assertThat(calls.report(job, 0).status()).isEqualTo(200);
    Calls.Answer twice = calls.report(job, 0);
    assertThat(twice.status()).isEqualTo(409);
    assertThat(twice.detail()).contains("Rank 0", "schedule 0");
    calls.report(job, 1);
    assertThat(calls.report(job, 1).status()).isEqualTo(409);
    assertThat(calls.fetchAll(job, 2)).allMatch(answer -> answer.status() == 200);
  }

  @Test
  void reportWithoutAScheduleIsRefused() {
    String job = calls.registerAll(2, 1, 1);
    assertThat(calls.report(job, 0).status()).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{ | body",
        "null | body",
        "[] | body",
        "[[[[[[[[[[[[ | body",
        "{} | rank",
        "{'rank': 'x'} | rank",
        "{'rank': 1.5} | rank",
        "{'rank': 0, 'iter_energy': [1]} | iter_time",
        "{'rank': 0, 'iter_time': [], 'iter_energy': []} | iter_time",
        "{'rank': 0, 'iter_time': [1], 'iter_energy': [1, 2]} | iter_energy",
        "{'rank': 0, 'iter_time': [1], 'iter_energy': ['x']} | iter_energy",
        "{'rank': 0, 'iter_time': [1], 'iter_energy': [null]} | iter_energy",
        "{'rank': 0, 'iter_time': [-1], 'iter_energy': [1]} | iter_time",
        "{'rank': 0, 'iter_time': [NaN], 'iter_energy': [1]} | body",
        "{'rank': 0, 'iter_time': ['NaN'], 'iter_energy': [1]} | iter_time",
        "{'rank': 0, 'iter_time': [1e999], 'iter_energy': [1]} | iter_time",
        "{'rank': 0, 'iter_time': [1], 'iter_energy': [1], 'time_breakdown': {'x': []}} | x",
        "{'rank': 0, 'iter_time': [1], 'iter_energy': [1], 'time_breakdown': {'load': 3}} | load",
        "{'rank': 0, 'iter_time': [1], 'iter_energy': [1], 'time_breakdown': {'load': [[1],[2]]}} | load",
        "{'rank': 0, 'iter_time': [1], 'iter_energy': [1], 'time_breakdown': {'load': [null]}} | load",
      })
  void malformedResultIsRefusedWithItsField(String body, String field) {
    String job = calls.registerAll(2, 1, 1);
    calls.fetchAll(job, 2);
    Calls.Answer answer = calls.post("/result/" + job, body).join();
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("detail").path(0).path("loc").toString()).contains(field);
    assertThat(answer.body().path("detail").path(0).path("msg").asText()).isNotEmpty();
    assertThat(calls.report(job, 0).status()).isEqualTo(200);
  }

  @Test
  void ranksWithDifferentNumbersOfIterationsAreRefused() {
    String job = calls.registerAll(2, 1, 1);
    calls.fetchAll(job, 2);
    calls.report(job, 0);
    Calls.Answer answer =
        calls.post("/result/" + job, "{'rank': 1, 'iter_time': [1], 'iter_energy': [1]}").join();
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.detail()).contains("1 iteration", "rank 0", "3");
    assertThat(calls.report(job, 1).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{} | pp_degree",
        "{'pp_degree': 0, 'dp_degree': 1, 'tp_degree': 1, 'world_size': 1} | pp_degree",
        "{'pp_degree': 4, 'dp_degree': 1, 'tp_degree': 1, 'world_size': 8} | world_size",
        "{'pp_degree': 65536, 'dp_degree': 65536, 'tp_degree': 1, 'world_size': 0} | world_size",
        "{'pp_degree': 2000000000, 'dp_degree': 1, 'tp_degree': 1, 'world_size': 2000000000} | world_size",
        "{'job_id': 'x', 'pp_degree': 1, 'dp_degree': 1, 'tp_degree': 1, 'world_size': 1} | job_id",
        "{'pp_degree': 1, 'dp_degree': 1, 'tp_degree': 1, 'world_size': 1, 'framework': 'm'} | model_name",
        "{'pp_degree': 1, 'dp_degree': 1, 'tp_degree': 1, 'world_size': 1, 'framework': 3} | framework",
      })
  void malformedJobIsRefusedWithItsField(String body, String field) {
    Calls.Answer answer = calls.post("/register_job", body).join();
    if (body.contains("'framework': 3")) {
      // The server accepts a number as a text, as the library pydantic does. So the error names the
      // next wrong field: the missing model name.
      field = "model_name";
    }
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("detail").path(0).path("loc").toString()).contains(field);
  }

  @Test
  void jobWithMoreRanksThanConnectionsIsRefused() {
    String job = "{'pp_degree': 1, 'dp_degree': %d, 'tp_degree': 1, 'world_size': %<d}";
    assertThat(calls.post("/register_job", job.formatted(16_000)).join().status()).isEqualTo(200);
    Calls.Answer answer = calls.post("/register_job", job.formatted(16_001)).join();
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body().path("detail").path(0).path("loc").path(1).asText())
        .isEqualTo("world_size");
    assertThat(answer.detail()).contains("at most 16000", "16384 connections");
  }

  @Test
  void unknownRepeatedAndSurplusRanksAreRefused() {
    String job = calls.registerJob(2, 1, 1);
    assertThat(calls.registerRank(job, 0, 0, 0, 0).status()).isEqualTo(200);
    assertThat(calls.registerRank(job, 0, 0, 0, 0).status()).isEqualTo(409);
    assertThat(calls.registerRank(job, 2, 0, 0, 0).status()).isEqualTo(422);
    assertThat(calls.registerRank(job, 1, 0, 2, 0).status()).isEqualTo(422);
    assertThat(calls.fetch(job, 1).join().status()).isEqualTo(404);
    assertThat(calls.fetch(job, 7).join().status()).isEqualTo(404);
    assertThat(calls.fetch(job, -1).join().status()).isEqualTo(404);
    assertThat(calls.get("/schedule/" + job).join().status()).isEqualTo(422);
    assertThat(calls.get("/schedule/" + job + "?rank=x").join().status()).isEqualTo(422);
    assertThat(calls.registerRank(job, 1, 0, 1, 0).status()).isEqualTo(200);
    assertThat(calls.registerRank(job, 1, 0, 1, 0).status()).isEqualTo(409);
    assertThat(calls.fetchAll(job, 2)).allMatch(answer -> answer.status() == 200);
  }

  @Test
  void twoRanksWithTheSamePlaceEndTheJob() {
    String job = calls.registerJob(2, 1, 1);
    calls.registerRank(job, 0, 0, 1, 0);
    calls.registerRank(job, 1, 0, 1, 0);
    Calls.Answer answer = calls.fetch(job, 0).join();
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.detail()).contains("Rank 1", "dp rank 0", "pp rank 1", "tp rank 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/schedule/../../etc/passwd?rank=0",
        "/schedule/..%2f..%2fetc?rank=0",
        "/schedule/%2e%2e?rank=0",
        "/schedule/..?rank=0",
        "/result/%00",
        "/schedule/%zz?rank=0",
        "/schedule/nobody?rank=0",
        "/nothing",
        "/page.html/../../..",
      })
  void unknownPathsAreRefused(String path) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
      write(socket, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*\\{\"detail\":.*");
    }
  }

  @Test
  void modelNamesDoNotLeaveTheDumpDirectory() throws IOException {
    String job =
        calls
            .post(
                "/register_job",
                "{'pp_degree': 1, 'dp_degree': 1, 'tp_degree': 1, 'world_size': 1,"
                    + " 'framework': '../../../f', 'model_name': '/etc/x', 'partition_method': '..',"
                    + " 'microbatch_size': 1, 'num_microbatches': 2}")
            .join()
            .body()
            .asText();
    assertThat(job).doesNotContain("/");
    assertThat(calls.registerRank(job, 0, 0, 0, 0).status()).isEqualTo(200);
    assertThat(calls.fetch(job, 0).join().status()).isEqualTo(200);
    Calls.awaitDumped(directory.resolve("dump").resolve(job).resolve("ranks.json"));
  }

  @Test
  void tooLongBodiesAreRefused() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
      write(
          socket,
          "POST /result/"
              + other
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 104857600\r\n\r\n");
      assertThat(firstLine(socket)).contains("413");
    }
    try (Socket socket = new Socket("127.0.0.1", server.uri().getPort())) {
      write(
          socket,
          "POST /result/"
              + other
              + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      String chunk = "10000\r\n" + " ".repeat(65536) + "\r\n";
      String answer = "";
      try {
        for (int i = 0; i < 20; i++) {
          write(socket, chunk);
        }
        answer = firstLine(socket);
      } catch (IOException e) {
        // The server may also close the connection.
      }
      assertThat(answer).doesNotContain("200");
    }
  }

  @Test
  void slowBodiesBlockNoThread() throws Exception {
    Socket[] sockets = new Socket[300];
    for (int i = 0; i < sockets.length; i++) {
      sockets[i] = new Socket("127.0.0.1", server.uri().getPort());
      write(
          sockets[i],
          "POST /result/"
              + other
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{");
    }
    assertThat(calls.get("/info").get(5, TimeUnit.SECONDS).status()).isEqualTo(200);
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.py", "three-stages.py", "unsupported.py", "not-a-plan.py"})
  void planThatDoesNotFitEndsTheJob(String name) throws IOException {
    Path plans = Files.createDirectories(directory.resolve("dump"));
    Files.writeString(plans.resolve("three-stages.py"), "[[1410, 1410], [1410], [1410]]\n");
    Files.writeString(
        plans.resolve("unsupported.py"), "[[99, 99, 99, 99], [1410, 1410, 1410, 1410]]\n");
    Files.writeString(plans.resolve("not-a-plan.py"), "__import__('os').system('id')\n");
    SchedulerChoice choice =
        Schedulers.choose(
            "PointSolution", Map.of("solution_path", plans.resolve(name).toString()), null);
    try (PlanServer second = start(choice, null)) {
      Calls secondCalls = new Calls(second);
      String job = secondCalls.registerAll(2, 1, 1);
      Calls.Answer answer = secondCalls.fetch(job, 0).join();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.detail()).contains(name.equals("missing.py") ? "does not exist" : "plan");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'degree': 1.2} | pipeline",
        "{'pipeline': 0} | degree",
        "{'pipeline': 2, 'degree': 1.2} | pipeline",
        "{'pipeline': -1, 'degree': 0.5} | pipeline",
        "{'pipeline': 1, 'degree': 0.5} | degree",
        "{'pipeline': 1, 'degree': 1e999} | degree",
        "{'pipeline': 1, 'degree': 'NaN'} | degree",
      })
  void malformedStragglerIsRefusedWithItsField(String body, String field) throws IOException {
    Path frontier = SavedFrontier.write(directory.resolve("dump"));
    Map<String, Object> args = Map.of("frontier", frontier.toString());
    try (PlanServer second = start(Schedulers.choose("Straggler", args, null), null)) {
      Calls secondCalls = new Calls(second);
      String job = secondCalls.registerAll(2, 2, 1);
      Calls.Answer answer = secondCalls.post("/straggler/" + job, body).join();
      assertThat(answer.status()).isEqualTo(422);
      assertThat(answer.body().path("detail").path(0).path("loc").path(1).asText())
          .isEqualTo(field);
      assertThat(secondCalls.fetchAll(job, 4)).allMatch(one -> one.status() == 200);
    }
  }

  @Test
  void waitingRankIsAnsweredWhenTheSchedulerCannotStart() throws Exception {
    Map<String, Object> args = Map.of("solution_path", "/nowhere/plan.py");
    try (PlanServer second = start(Schedulers.choose("PointSolution", args, null), null)) {
      Calls secondCalls = new Calls(second);
      String job = secondCalls.registerJob(2, 1, 1);
      secondCalls.registerRank(job, 0, 0, 0, 0);
      CompletableFuture<Calls.Answer> waiting = secondCalls.fetch(job, 0);
      Thread.sleep(200);
      assertThat(waiting).isNotDone();
      secondCalls.registerRank(job, 1, 0, 1, 0);
      Calls.Answer late = secondCalls.fetch(job, 1).join();
      assertThat(late.status()).isEqualTo(400);
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(late);
    }
  }

  @Test
  void onlyHealthIsServedWithoutTheToken() {
    try (PlanServer second =
        start(Schedulers.choose("AllMaxFrequency", Map.of(), null), "s3cret")) {
      for (String path :
          new String[] {"/", "/page.js", "/info", "/jobs", "/metrics", "/schedule/x?rank=0"}) {
        assertThat(new Calls(second).get(path).join().status()).as(path).isEqualTo(401);
        assertThat(status(second, path, "Authorization", "Bearer wrong")).isEqualTo(401);
      }
      assertThat(new Calls(second).get("/info").join().detail())
          .contains("token", "Bearer", "PERSEUS_TOKEN");
      assertThat(new Calls(second).post("/register_job", "{}").join().status()).isEqualTo(401);
      assertThat(status(second, "/healthz", "X", "y")).isEqualTo(200);
      assertThat(status(second, "/info", "Authorization", "Bearer s3cret")).isEqualTo(200);
      assertThat(status(second, "/", "Cookie", "perseus_token=s3cret")).isEqualTo(200);
      assertThat(status(second, "/?token=s3cret", "X", "y")).isEqualTo(200);
    }
  }

  private static int status(PlanServer server, String path, String header, String value) {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(server.uri() + path)).header(header, value).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String firstLine(Socket socket) throws IOException {
    byte[] bytes = new byte[200];
    int length = socket.getInputStream().read(bytes);
    return length < 0 ? "" : new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
