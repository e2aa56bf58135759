package perseus.control.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import perseus.control.JobInfo;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.protocol.Protocol;
import perseus.io.UserError;

/** The calls of a plan server, in the protocol that it speaks. */
public final class PlanClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PING_TIMEOUT = Duration.ofSeconds(2);
  private static final int DONE_BEFORE = 409;
  private static final String PROFILING_DONE = "[profiling-done]";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(20))
          .build();
  private final String url;
  private final String token;
  private final JsonNode info;
  private final Protocol protocol;

  /**
   * @param url such as http://127.0.0.1:7787
   * @param token what the server wants to see; null for nothing
   * @throws UserError if there is no plan server
   */
  public PlanClient(String url, String token) {
    requireUrl(url);
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.token = token;
    HttpResponse<String> response = join(send(request("/info").timeout(TIMEOUT).build()));
    // Zeus's server has no such call.
    this.protocol = response.statusCode() == 404 ? Protocol.ZEUS : Protocol.RESEARCH;
    this.info = protocol == Protocol.ZEUS ? JSON.createObjectNode() : body(response);
  }

  /**
   * Checks that this can be the URL of a plan server.
   *
   * @throws UserError if it cannot
   */
  public static void requireUrl(String url) {
    try {
      HttpRequest.newBuilder(URI.create(url));
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "'" + url + "' is not the URL of a plan server, such as http://127.0.0.1:7787.", e);
    }
  }

  /** Where the server is. */
  public String url() {
    return url;
  }

  /** Completes with the first sign that the server is there, whatever it answers. */
  CompletableFuture<Void> ping() {
    return http.sendAsync(
            request("/info").timeout(PING_TIMEOUT).GET().build(),
            HttpResponse.BodyHandlers.discarding())
        .thenAccept(response -> {});
  }

  /** What the server says of itself; empty with Zeus's, which says nothing. */
  public JsonNode info() {
    return info;
  }

  /** The protocol that the server speaks. */
  public Protocol protocol() {
    return protocol;
  }

  /**
   * Registers a job.
   *
   * @return its id
   */
  public String registerJob(JobInfo job) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("job_id", "");
    body.put("pp_degree", job.degrees().pp());
    body.put("dp_degree", job.degrees().dp());
    body.put("tp_degree", job.degrees().tp());
    body.put("world_size", job.degrees().worldSize());
    if (protocol == Protocol.ZEUS) {
      body.put("job_metadata", job.framework() + "+" + job.modelName());
    } else {
      body.put("framework", job.framework());
      body.put("model_name", job.modelName());
      body.put("partition_method", job.partitionMethod());
      body.put("microbatch_size", job.microbatchSize());
      body.put("num_microbatches", job.numMicrobatches());
    }
    JsonNode id = join(post("/register_job", body));
    if (!id.isTextual()) {
      throw new UserError("The plan server at " + url + " gave " + id + " as a job id.");
    }
    return id.asText();
  }

  /** Registers a rank of a job. */
  public CompletableFuture<Void> registerRank(String jobId, RankInfo rank) {
    String path = protocol == Protocol.ZEUS ? "/register_rank/" + segment(jobId) : "/register_rank";
    return post(path, protocol.rank(jobId, rank)).thenAccept(answer -> {});
  }

  /**
   * Fetches a rank's next schedule, which comes when all ranks have asked.
   *
   * @return empty when nothing is left to run
   */
  public CompletableFuture<Optional<FetchedSchedule>> schedule(String jobId, RankInfo rank) {
    HttpRequest request =
        request("/schedule/" + segment(jobId) + "?rank=" + rank.rank()).GET().build();
    return send(request)
        .thenApply(
            response -> {
              if (response.statusCode() == 500 && response.body().contains(PROFILING_DONE)) {
                return Optional.empty();
              }
              return Optional.of(
                  FetchedSchedule.of(protocol, rank, body(response), response.headers()));
            });
  }

  /** Reports what a rank measured under the schedule that it fetched last. */
  public CompletableFuture<Void> report(String jobId, RankResult result) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("rank", result.rank());
    body.put("iter_time", result.iterTime());
    body.put("iter_energy", result.iterEnergy());
    body.put("time_breakdown", result.timeBreakdown());
    body.put("energy_breakdown", result.energyBreakdown());
    return post("/result/" + segment(jobId), body).thenAccept(answer -> {});
  }

  /** Waits for a call; its failure is one sentence. */
  public static <T> T join(CompletableFuture<T> call) {
    try {
      return call.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UserError input ? input : e;
    }
  }

  /**
   * Posts, twice where the connection is cut off: a server may close one that was idle just as it
   * is used again. If the server had got the first all the same, it answers that this was done
   * before (409).
   */
  private CompletableFuture<JsonNode> post(String path, Object body) {
    HttpRequest request;
    try {
      request =
          request(path)
              .header("Content-Type", "application/json")
              .timeout(TIMEOUT)
              .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
              .build();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    CompletableFuture<JsonNode> answer =
        exchange(request)
            .thenApply(this::body)
            .exceptionallyCompose(
                failure ->
                    isCutOff(failure)
                        ? exchange(request)
                            .thenApply(
                                response ->
                                    response.statusCode() == DONE_BEFORE
                                        ? JSON.nullNode()
                                        : body(response))
                        : CompletableFuture.failedFuture(failure));
    return inASentence(request, answer);
  }

  /** Whether a connection was there and broke before an answer came. */
  private static boolean isCutOff(Throwable failure) {
    Throwable cause = cause(failure);
    return cause instanceof IOException
        && !(cause instanceof ConnectException || cause instanceof HttpTimeoutException);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
    return inASentence(request, exchange(request));
  }

  private CompletableFuture<HttpResponse<String>> exchange(HttpRequest request) {
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  private <T> CompletableFuture<T> inASentence(HttpRequest request, CompletableFuture<T> call) {
    return call.exceptionally(
        failure -> {
          Throwable cause = cause(failure);
          if (cause instanceof UserError input) {
            throw input;
          }
          String why =
              cause instanceof ConnectException
                  ? "nothing listens there (bin/perseus-server starts one)"
                  : cause.getMessage() == null
                      ? cause.getClass().getSimpleName()
                      : cause.getMessage();
          throw new UserError(
              cause instanceof IOException
                  ? "The plan server at %s does not answer: %s.".formatted(url, why)
                  : "The call %s failed: %s.".formatted(request.uri(), why),
              cause);
        });
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException ? failure.getCause() : failure;
  }

  private JsonNode body(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new UserError(
          "The plan server answered %s with %d: %s"
              .formatted(response.uri().getPath(), response.statusCode(), detail(response.body())));
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new UserError(
          "What answers at " + url + " is no plan server: it does not speak JSON.", e);
    }
  }

  private static String detail(String body) {
    try {
      JsonNode detail = JSON.readTree(body).path("detail");
      return detail.isTextual()
          ? detail.asText()
          : detail.isMissingNode() ? body : detail.toString();
    } catch (JsonProcessingException e) {
      return body;
    }
  }

  /** A job id in a path: the + : and , that ids have stay as they are. */
  private static String segment(String jobId) {
    return URLEncoder.encode(jobId, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("%2B", "+")
        .replace("%3A", ":")
        .replace("%2C", ",")
        .replace("%3D", "=")
        .replace("%40", "@");
  }
}
