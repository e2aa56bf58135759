package perseus.control.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.control.policy.Schedulers;
import perseus.control.server.job.ServerSettings;
import perseus.io.UserError;

/** Tests that requests of a hostile client get a clear answer, and that a running job continues. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileTest {
  private static final String ONE_RANK =
      "\"pp_degree\": 1, \"dp_degree\": 1, \"tp_degree\": 1, \"world_size\": 1";

  @TempDir Path directory;
  private PlanServer server;
  private Calls calls;
  private String job;

  @BeforeEach
  void startServerWithAJobInItsFirstRound() {
    server = start(null);
    calls = new Calls(server);
    job = calls.registerAll(2, 1, 1);
    calls.fetchAll(job, 2);
  }

  private PlanServer start(String token) {
    ServerSettings usual =
        ServerSettings.local(
            Schedulers.choose("InstructionProfiler", Map.of("num_microbatches", 2), null),
            0,
            directory.resolve("dump"));
    return PlanServer.start(
        new ServerSettings(
            usual.scheduler(),
            usual.host(),
            0,
            usual.dumpDirectory(),
            "INFO",
            usual.maxJobIdleTime(),
            token,
            usual.limits()));
  }

  @AfterEach
  void assertJobContinues() {
    calls.reportAll(job, 2);
    assertThat(calls.fetchAll(job, 2)).allMatch(answer -> answer.status() == 200);
    assertThat(calls.get("/jobs").join().status()).isEqualTo(200);
    assertThat(calls.get("/jobs/" + job).join().status()).isEqualTo(200);
    server.close();
  }

  private String answer(PlanServer from, String request) throws IOException {
    try (RawClient client = new RawClient(from)) {
      client.send(request);
      return client.untilClosed();
    }
  }

  private String answer(String request) throws IOException {
    return answer(server, request);
  }

  private String get(String path, String... headers) throws IOException {
    return answer(request("GET", path, headers));
  }

  private static String request(String method, String path, String... headers) {
    return method
        + " "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + String.join("", Arrays.stream(headers).map(h -> h + "\r\n").toList())
        + "\r\n";
  }

  private static String status(String answer) {
    return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"rank\": 0, \"rank\": 1, \"iter_time\": [1], \"iter_energy\": [1]} | body",
        "{\"rank\": 99999999999999999999, \"iter_time\": [1], \"iter_energy\": [1]} | body",
        "{\"rank\": 1e999999999, \"iter_time\": [1], \"iter_energy\": [1]} | rank",
        "{\"rank\": true, \"iter_time\": [1], \"iter_energy\": [1]} | rank",
        "{\"rank\": 0, \"iter_time\": [Infinity], \"iter_energy\": [1]} | body",
        "{\"rank\": 0, \"iter_time\": [\"-Infinity\"], \"iter_energy\": [1]} | iter_time",
        "{\"rank\": 0, \"iter_time\": [1e308], \"iter_energy\": [1]} | iter_time",
        "{\"rank\": 0, \"iter_time\": [1], \"iter_energy\": [1e300]} | iter_energy",
        "{\"rank\": 0, \"iter_time\": [1], \"iter_energy\": [1], \"time_breakdown\": {\"load\": [[1e300]]}} | time_breakdown",
        "{\"rank\": 0, \"iter_time\": [1], \"iter_energy\": [1], \"time_breakdown\": {\"\\ud800\": [[1]]}} | time_breakdown",
      })
  void reportWithoutValidMeasurementsIsRefused(String body, String field) throws IOException {
    String answer = answer(RawClient.post("/result/" + job, body));
    assertThat(status(answer)).isEqualTo("422");
    assertThat(answer).contains("\"" + field + "\"");
  }

  @Test
  void deeplyNestedJsonIsRefused() throws IOException {
    for (String nesting : new String[] {"[", "{\"a\":"}) {
      String deep = nesting.repeat(100_000);
      assertThat(status(answer(RawClient.post("/result/" + job, deep)))).isEqualTo("422");
      String unknownField = "{\"rank\": 0, \"x\": " + deep;
      assertThat(status(answer(RawClient.post("/result/" + job, unknownField)))).isEqualTo("422");
    }
  }

  @Test
  void longNumbersAndNamesAreRefused() throws IOException {
    String digits = "{\"rank\": " + "9".repeat(1_000_000) + "}";
    assertThat(status(answer(RawClient.post("/result/" + job, digits)))).isEqualTo("422");
    String name = "{\"" + "x".repeat(1_000_000) + "\": 1}";
    assertThat(status(answer(RawClient.post("/result/" + job, name)))).isEqualTo("422");
  }

  @Test
  void bodyWithoutJsonIsRefusedWithAnyContentType() throws IOException {
    for (String type : new String[] {"text/plain", "multipart/form-data; boundary=x", "a/b/c;;"}) {
      String request =
          RawClient.post("/result/" + job, "rank=0&iter_time=1").replace("application/json", type);
      assertThat(status(answer(request))).isEqualTo("422");
    }
  }

  @Test
  void compressedBodyIsRefusedWithItsEncoding() throws IOException {
    String request =
        RawClient.post("/result/" + job, "x")
            .replace("Content-Type: application/json", "Content-Encoding: gzip");
    assertThat(answer(request)).startsWith("HTTP/1.1 415").contains("gzip");
  }

  @Test
  void bodyThatEndsEarlyIsRefused() throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(
          "POST /result/" + job + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{");
    }
    assertThat(calls.get("/info").join().status()).isEqualTo(200);
  }

  @Test
  void ambiguousFramingIsRefused() throws IOException {
    for (String framing :
        new String[] {
          "Content-Length: 2\r\nTransfer-Encoding: chunked",
          "Content-Length: 2\r\nContent-Length: 3",
          "Content-Length: -1",
          "Content-Length: 99999999999999999999",
          "Transfer-Encoding: gzip",
          "X : y",
          "Host: y",
        }) {
      assertThat(
              answer(
                  "POST /register_job HTTP/1.1\r\nHost: localhost\r\n"
                      + framing
                      + "\r\n\r\n0\r\n\r\n"))
          .as(framing)
          .matches("(?s)HTTP/1.1 (4\\d\\d|501) .*\"detail\".*");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/schedule/J?rank=%zz",
        "/schedule/J?rank=%ff",
        "/schedule/J?%=1",
        "/schedule/J?rank=1%202",
        "/schedule/J?rank=2147483648",
        "/schedule/J;rank=0",
        "/schedule/J/../J/x",
        "/schedule/%2e%2e%2f%2e%2e%2fetc%2fpasswd?rank=0",
        "/jobs/..",
        "/jobs/%2e%2e",
        "/jobs/..%5c..%5cx",
        "/jobs/%F0%9F%92%A9",
        "/info%00",
        "/\u0001",
        "info",
        "*",
        "http://",
      })
  void unknownTargetsAreRefused(String target) throws IOException {
    assertThat(get(target.replace("J", job))).matches("(?s)HTTP/1.1 4\\d\\d .*\\{\"detail\":.*");
  }

  @Test
  void wrongMethodIsRefusedWithTheAllowedOnes() throws IOException {
    for (String path : new String[] {"/", "/info", "/jobs", "/metrics", "/healthz", "/page.js"}) {
      String head = answer(request("HEAD", path));
      assertThat(head).as(path).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
      assertThat(head).contains("Content-Length: ");
    }
    for (String method : new String[] {"OPTIONS", "TRACE", "PUT", "DELETE", "get", "PATCH"}) {
      assertThat(answer(request(method, "/info")))
          .as(method)
          .startsWith("HTTP/1.1 405")
          .contains("Allow: GET, HEAD\r\n");
      assertThat(answer(request(method, "/result/" + job)))
          .startsWith("HTTP/1.1 405")
          .contains("Allow: POST\r\n");
    }
    // The server must refuse HEAD. A HEAD request would count as a fetch of the schedule, but its
    // answer has no body.
    assertThat(answer(request("HEAD", "/schedule/" + job + "?rank=0"))).startsWith("HTTP/1.1 405");
    assertThat(status(answer(request("OPTIONS", "*")))).isEqualTo("404");
    try (RawClient client = new RawClient(server)) {
      client.send("CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1\r\n\r\n");
      assertThat(client.first()).startsWith("HTTP/1.1 405");
    }
  }

  @Test
  void otherVersionsOfHttpAreServedOrRefused() throws IOException {
    assertThat(answer("GET /info HTTP/1.0\r\n\r\n")).contains(" 200 OK").contains("\"scheduler\"");
    assertThat(answer("GET /info\r\n\r\n")).doesNotContain("\"scheduler\"");
    assertThat(answer("GET /info HTTP/3.7\r\nHost: localhost\r\n\r\n")).doesNotContain(" 200 ");
    assertThat(answer("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).doesNotContain(" 200 ");
    assertThat(answer("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n"))
        .doesNotContain(" 200 ");
  }

  @Test
  void slashesAtTheEndsOfUrlsDoNotCount() throws IOException {
    for (String path : List.of("//info", "/info/", "//jobs/" + job + "/", "//healthz", "//")) {
      assertThat(status(answer(request("GET", path)))).as(path).isEqualTo("200");
    }
    assertThat(answer(RawClient.post("//register_rank/" + job, "{}"))).contains(" 422 ");
    assertThat(answer(request("GET", "/prefix/info")))
        .contains(" 404 ")
        .contains("http://HOST:PORT, without a path");
  }

  @Test
  void pipelinedCallsAreAnsweredInOrder() throws IOException {
    String health = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String bad = RawClient.post("/result/" + job, "{}").replace("Connection: close\r\n", "");
    String all = answer(health + bad + health + request("GET", "/nothing"));
    assertThat(all.replaceAll("(?s)HTTP/1.1 (\\d+).*?(?=HTTP/1.1|$)", "$1 "))
        .isEqualTo("200 422 200 404 ");
  }

  @Test
  void namesMayBeAnyUnicodeButNoHalfSurrogatePair() throws IOException {
    String body =
        "{%s, \"framework\": \"m\", \"model_name\": \"%s\", \"partition_method\": \"p\","
            + " \"microbatch_size\": 1, \"num_microbatches\": 2}";
    String good =
        answer(RawClient.post("/register_job", body.formatted(ONE_RANK, "模型 🚀\\u0000\\n<b>")));
    assertThat(status(good)).isEqualTo("200");
    assertThat(good.substring(good.indexOf('"'))).matches("\"[A-Za-z0-9._:,=@+-]+\"");
    assertThat(get("/jobs")).contains("模型 🚀");

    String halfPair = answer(RawClient.post("/register_job", body.formatted(ONE_RANK, "\\ud83d")));
    assertThat(status(halfPair)).isEqualTo("422");
    assertThat(halfPair).contains("\"model_name\"");
    String metadata = "{" + ONE_RANK + ", \"job_metadata\": \"\\udc00\"}";
    assertThat(status(answer(RawClient.post("/register_job", metadata)))).isEqualTo("422");
    assertThat(get("/jobs")).startsWith("HTTP/1.1 200");
  }

  @Test
  void halfSurrogatePairsInOtherPlacesAreRefused() throws IOException {
    String zeus =
        answer(
            RawClient.post(
                "/register_job", "{" + ONE_RANK + ", \"job_metadata\": \"z\", \"reports\": true}"));
    String id = zeus.substring(zeus.indexOf('"') + 1, zeus.lastIndexOf('"'));
    calls
        .post(
            "/register_rank/" + id,
            "{'rank': 0, 'dp_rank': 0, 'pp_rank': 0, 'tp_rank': 0, 'available_frequencies': [900]}")
        .join();
    assertThat(calls.fetch(id, 0).join().status()).isEqualTo(200);
    for (String key : new String[] {"\\ud800", "x".repeat(2000)}) {
      String result =
          "{\"rank\": 0, \"iter_time\": [1], \"iter_energy\": [1], \"time_breakdown\": {\"%s\": [[1]]}}";
      assertThat(status(answer(RawClient.post("/result/" + id, result.formatted(key)))))
          .isEqualTo("422");
    }
    String unknown = "{\"\\ud800\": 1}";
    assertThat(status(answer(RawClient.post("/result/" + id, unknown)))).isEqualTo("422");
    String pipe =
        "{\"job_id\": \"%s\", \"rank\": 1, \"dp_rank\": 0, \"pp_rank\": 0, \"tp_rank\": 0,"
            + " \"pipe_schedule\": [\"\\ud800\"], \"power_state_range\": [1]}";
    assertThat(status(answer(RawClient.post("/register_rank", pipe.formatted(job)))))
        .isEqualTo("422");
    String unknownJob = pipe.replace("%s", "\\ud800");
    assertThat(status(answer(RawClient.post("/register_rank", unknownJob)))).isEqualTo("404");
  }

  @Test
  void memoryThatOneCallCanOccupyIsLimited() throws IOException {
    String many =
        "{\"pp_degree\": %d, \"dp_degree\": 1, \"tp_degree\": 1, \"world_size\": %<d}"
            .formatted(16_000);
    String answer = "";
    for (int i = 0; i < 80; i++) {
      answer = answer(RawClient.post("/register_job", many));
    }
    assertThat(answer).startsWith("HTTP/1.1 503").contains("ranks");
    String rank =
        "{\"job_id\": \"%s\", \"rank\": 0, \"dp_rank\": 0, \"pp_rank\": 0, \"tp_rank\": 0,"
            + " \"pipe_schedule\": [\"forward\"%s], \"power_state_range\": [1]}";
    String longest = rank.formatted(job, ",\"forward\"".repeat(500_000));
    assertThat(answer(RawClient.post("/register_rank", longest)))
        .startsWith("HTTP/1.1 422")
        .contains("\"pipe_schedule\"");
  }

  @Test
  void tooLongHeadsAreRefused() throws IOException {
    assertThat(get("/" + "x".repeat(100_000))).startsWith("HTTP/1.1 414");
    assertThat(get("/info", "X: " + "y".repeat(100_000))).startsWith("HTTP/1.1 431");
  }

  @Test
  void pagesOfOtherSitesCanNeitherPostNorFetchSchedules() throws IOException {
    for (String site : new String[] {"cross-site", "same-site", "whatever"}) {
      String foreign = "Sec-Fetch-Site: " + site;
      assertThat(status(get("/schedule/" + job + "?rank=0", foreign))).isEqualTo("403");
      assertThat(status(answer(request("POST", "/register_job", foreign)))).isEqualTo("403");
      assertThat(status(get("/", foreign))).isEqualTo("200");
    }
    String foreign = "Sec-Fetch-Site: cross-site";
    assertThat(status(get("//schedule//" + job + "/?rank=0", foreign))).isEqualTo("403");
    for (String site : new String[] {"same-origin", "none"}) {
      String own = "Sec-Fetch-Site: " + site;
      assertThat(status(answer(request("POST", "/result/nobody", own)))).isEqualTo("422");
    }
  }

  private static String to(String host, String path) {
    return request("GET", path).replace("Host: localhost", "Host: " + host);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:7787",
        "localhost.evil.example",
        "notlocalhost",
        "127.0.0.1.evil.example",
        "127.0.0.1.nip.io:7787",
        "x",
      })
  void namesOfOtherSitesAreRefusedWithoutAToken(String host) throws IOException {
    for (String path : new String[] {"/", "/info", "/jobs", "/schedule/" + job + "?rank=0"}) {
      assertThat(answer(to(host, path)))
          .startsWith("HTTP/1.1 403")
          .contains("localhost", "'" + host.replaceAll(":\\d+$", "") + "'");
    }
    String post = RawClient.post("/register_job", "{" + ONE_RANK + "}");
    assertThat(status(answer(post.replace("Host: localhost", "Host: " + host)))).isEqualTo("403");
    try (PlanServer guarded = start("s3cret")) {
      String shown =
          to(host, "/info").replace("\r\n\r\n", "\r\nAuthorization: Bearer s3cret\r\n\r\n");
      assertThat(status(answer(guarded, shown))).isEqualTo("200");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:7787",
        "perseus.localhost:7787",
        "127.0.0.1",
        "127.0.0.1:7787",
        "192.168.0.7:80",
        "[::1]",
        "[::1]:7787",
      })
  void addressesAndLocalhostAreServedWithoutAToken(String host) throws IOException {
    assertThat(status(answer(to(host, "/info")))).isEqualTo("200");
  }

  @Test
  void serverWithATokenRefusesCallsWithoutIt() throws IOException {
    server.close();
    try (PlanServer guarded = start("s3cret/+=")) {
      String[] wrong = {
        "X: y",
        "Authorization: Bearer",
        "Authorization: Bearer ",
        "Authorization: Bearer S3CRET/+=",
        "Authorization: Bearer s3cret/+= x",
        "Authorization: Basic s3cret/+=",
        "Authorization: s3cret/+=",
        "Authorization: Bearer \u00fc",
        "Cookie: perseus_token=",
        "Cookie: perseus_token",
        "Cookie: other=s3cret/+=",
        "Cookie: =;;;=,\"",
      };
      for (String header : wrong) {
        for (String path : new String[] {"/info", "/", "//info/", "/schedule/x?rank=0"}) {
          assertThat(answer(guarded, request("GET", path, header)))
              .as(header)
              .startsWith("HTTP/1.1 401")
              .contains("WWW-Authenticate: Bearer\r\n")
              .doesNotContain("s3cret");
        }
      }
      for (String query : new String[] {"?token=", "?token", "?token=x", "?token=%zz"}) {
        assertThat(answer(guarded, request("GET", "/info" + query)))
            .matches("(?s)HTTP/1.1 40[01].*");
      }
      assertThat(answer(guarded, request("HEAD", "/info"))).startsWith("HTTP/1.1 401");
      assertThat(answer(guarded, request("OPTIONS", "/info"))).startsWith("HTTP/1.1 401");
      assertThat(answer(guarded, request("GET", "/healthz"))).startsWith("HTTP/1.1 200");
      assertThat(answer(guarded, request("GET", "/info", "authorization: bEARER s3cret/+=")))
          .startsWith("HTTP/1.1 200");
      String opened = answer(guarded, request("GET", "/?token=s3cret/%2B="));
      assertThat(opened).startsWith("HTTP/1.1 200").contains("HttpOnly", "SameSite=Strict");
      String cookie = opened.replaceAll("(?s).*Set-Cookie: ([^;]*);.*", "$1");
      assertThat(answer(guarded, request("GET", "/info", "Cookie: " + cookie)))
          .startsWith("HTTP/1.1 200");
    }
    startServerWithAJobInItsFirstRound();
  }

  @Test
  void tokensWithUnusableCharactersAreRefused() {
    for (String token : new String[] {"", " ", "two words", "semi;colon", "\u00fcber", "a\nb"}) {
      assertThatThrownBy(() -> start(token).close())
          .as(token)
          .isInstanceOf(UserError.class)
          .hasMessageContaining("token");
    }
  }

  @Test
  void namesOfModelsDoNotLeaveTheDumpDirectory() throws IOException {
    registerModelNamed("../../escaped");
    registerModelNamed("..");
    registerModelNamed("a/../../b");
    try (var files = Files.list(directory)) {
      assertThat(files.map(file -> file.getFileName().toString())).containsExactly("dump");
    }
  }

  private void registerModelNamed(String name) throws IOException {
    String id =
        calls
            .post(
                "/register_job",
                "{'framework': '%s', 'model_name': '%s', 'partition_method': '%s', %s,"
                        .formatted(name, name, name, ONE_RANK)
                    + " 'microbatch_size': 1, 'num_microbatches': 2}")
            .join()
            .body()
            .asText();
    assertThat(calls.registerRank(id, 0, 0, 0, 0).status()).isEqualTo(200);
    Calls.awaitDumped(directory.resolve("dump").resolve(id).resolve("ranks.json"));
  }
}
