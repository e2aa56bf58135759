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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import perseus.control.JobInfo;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.protocol.Protocol;
import perseus.io.UserError;

/**
 * Calls a plan server over HTTP. The server may use the HTTP dialect of the Perseus research
 * release or of Zeus.
 */
public final class PlanClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PING_TIMEOUT = Duration.ofSeconds(2);

  /** HTTP status with which a plan server answers a call that it has already processed. */
  private static final int CONFLICT = 409;

  private static final String PROFILING_DONE = "[profiling-done]";

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final String url;
  private final String token;
  private final JsonNode info;
  private final Protocol protocol;

  /**
   * Creates a client and asks the plan server which HTTP dialect (Perseus research release or Zeus)
   * it uses.
   *
   * @param url URL of the plan server, such as http://127.0.0.1:7787
   * @param token token that the plan server requires; null if the server requires no token
   * @throws UserError if no plan server answers at the URL
   */
  public PlanClient(String url, String token) {
    requireUrl(url);
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.token = token;
    HttpResponse<String> response = join(send(request("/info").timeout(TIMEOUT).build()));
    // The plan server of Zeus does not have the HTTP call /info.
    this.protocol = response.statusCode() == 404 ? Protocol.ZEUS : Protocol.RESEARCH;
    this.info = protocol == Protocol.ZEUS ? JSON.createObjectNode() : body(response);
  }

  /**
   * Checks the syntax of a plan server's URL. The method {@code requireUrl} opens no connection.
   *
   * @throws UserError if the text is not an HTTP URL
   */
  public static void requireUrl(String url) {
    try {
      HttpRequest.newBuilder(URI.create(url));
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "'" + url + "' is not the URL of a plan server, such as http://127.0.0.1:7787.", e);
    }
  }

  /** Returns the URL of the plan server, without a slash at its end. */
  public String url() {
    return url;
  }

  /**
   * Sends a request to learn whether the plan server is reachable. The request also tells the plan
   * server of this project that the job still runs. The returned future completes when the plan
   * server answers, and fails if no answer arrives within 2 seconds.
   */
  CompletableFuture<Void> ping(String jobId) {
    return http.sendAsync(
            request("/info?job=" + URLEncoder.encode(jobId, StandardCharsets.UTF_8))
                .timeout(PING_TIMEOUT)
                .GET()
                .build(),
            HttpResponse.BodyHandlers.discarding())
        .thenAccept(response -> {});
  }

  /**
   * Returns the plan server's answer to {@code GET /info}. For the plan server of Zeus, which does
   * not have the call {@code /info}, the method {@code info} returns an empty JSON object.
   */
  JsonNode info() {
    return info;
  }

  /**
   * Registers a job.
   *
   * @return id that the plan server has assigned to the job
   * @throws UserError if the plan server refuses to register the job
   */
  public String registerJob(JobInfo job) {
    JsonNode id = join(post("/register_job", protocol.job(job)));
    if (!id.isTextual()) {
      throw new UserError("The plan server at " + url + " gave " + id + " as a job id.");
    }
    return id.asText();
  }

  /** Registers a rank of a job with the plan server. */
  public CompletableFuture<Void> registerRank(String jobId, RankInfo rank) {
    String path = protocol == Protocol.ZEUS ? "/register_rank/" + segment(jobId) : "/register_rank";
    return post(path, protocol.rank(jobId, rank)).thenAccept(answer -> {});
  }

  /**
   * Fetches a rank's next frequency schedule. The plan server answers when all ranks of the job
   * have asked for their next schedule.
   *
   * @return the next frequency schedule; empty if the job is done
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

  /** Reports the times and energies that a rank measured under its latest frequency schedule. */
  public CompletableFuture<Void> report(String jobId, RankResult result) {
    return post("/result/" + segment(jobId), result).thenAccept(answer -> {});
  }

  /**
   * Waits for the plan server's answer to an HTTP call.
   *
   * @throws UserError if the HTTP call to the plan server failed
   */
  public static <T> T join(CompletableFuture<T> call) {
    try {
      return call.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof UserError input ? input : e;
    }
  }

  /**
   * Posts a JSON body, and posts it again if the connection breaks before the server has answered.
   * A plan server may close an idle connection just when the client uses the connection again.
   * After a second post, HTTP status 409 counts as success, because it means that the server has
   * processed the first post.
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
                    isDisconnection(failure)
                        ? exchange(request)
                            .thenApply(
                                response ->
                                    response.statusCode() == CONFLICT
                                        ? JSON.nullNode()
                                        : body(response))
                        : CompletableFuture.failedFuture(failure));
    return explained(request, answer);
  }

  private static boolean isDisconnection(Throwable failure) {
    Throwable cause = cause(failure);
    return cause instanceof IOException
        && !(cause instanceof ConnectException || cause instanceof HttpTimeoutException);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  private CompletableFuture<HttpResponse<String>> send(HttpRequest request) {
    return explained(request, exchange(request));
  }

  private CompletableFuture<HttpResponse<String>> exchange(HttpRequest request) {
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  /**
   * Returns a future with the result of an HTTP call. If the call fails, the future fails with a
   * {@link UserError}.
   */
  private <T> CompletableFuture<T> explained(HttpRequest request, CompletableFuture<T> call) {
    return call.exceptionally(
        failure -> {
          Throwable cause = cause(failure);
          if (cause instanceof UserError input) {
            throw input;
          }
          String reason =
              cause instanceof ConnectException
                  ? "no server listens there (bin/perseus-server starts one)"
                  : cause.getMessage() == null
                      ? cause.getClass().getSimpleName()
                      : cause.getMessage();
          throw new UserError(
              cause instanceof IOException
                  ? "The plan server at %s does not answer: %s.".formatted(url, reason)
                  : "The call %s failed: %s.".formatted(request.uri(), reason),
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
      throw new UserError("The server at " + url + " is not a plan server: it sends no JSON.", e);
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

  /**
   * Encodes a job id as one segment of a URL path. The encoding of a job id keeps the characters +
   * : , = and @.
   */
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
