package perseus.control.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the same HTTP calls as the clients of the Perseus research release and of Zeus. Paths and
 * bodies are fixed texts, so that they do not depend on this project's client.
 */
final class Calls {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI server;

  Calls(PlanServer server) {
    this.server = server.uri();
  }

  /** Holds the answer to a call, with its body as JSON. */
  record Answer(int status, JsonNode body) {
    String detail() {
      return body.path("detail").isTextual()
          ? body.path("detail").asText()
          : body.path("detail").toString();
    }
  }

  CompletableFuture<Answer> get(String path) {
    return send(HttpRequest.newBuilder(URI.create(server + path)).build());
  }

  /** Posts a JSON body. In the text {@code body}, single quotes stand for double quotes. */
  CompletableFuture<Answer> post(String path, String body) {
    return send(
        HttpRequest.newBuilder(URI.create(server + path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build());
  }

  static CompletableFuture<Answer> send(HttpRequest request) {
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(
            response -> {
              try {
                return new Answer(response.statusCode(), JSON.readTree(response.body()));
              } catch (IOException e) {
                throw new IllegalStateException("The body is not JSON: " + response.body(), e);
              }
            });
  }

  /**
   * Registers a job in the HTTP dialect of the Perseus research release, and returns the job's id.
   */
  String registerJob(int pp, int dp, int tp) {
    Answer answer =
        post(
                "/register_job",
                ("{'job_id': '', 'pp_degree': %d, 'dp_degree': %d, 'tp_degree': %d, 'world_size': %d,"
                        + " 'framework': 'merak', 'model_name': 'gpt3-xl',"
                        + " 'partition_method': 'custom:0,8,14,21,27', 'microbatch_size': 8,"
                        + " 'num_microbatches': 2}")
                    .formatted(pp, dp, tp, pp * dp * tp))
            .join();
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.toString());
    }
    return answer.body().asText();
  }

  /** Registers a rank with two forwards and two backwards. */
  Answer registerRank(String job, int rank, int dp, int pp, int tp) {
    return post(
            "/register_rank",
            ("{'job_id': '%s', 'rank': %d, 'dp_rank': %d, 'pp_rank': %d, 'tp_rank': %d,"
                    + " 'pipe_schedule': ['load', 'forward', 'p2p', 'backward', 'forward',"
                    + " 'backward', 'step'], 'power_state_range': [1395, 1410, 1380]}")
                .formatted(job, rank, dp, pp, tp))
        .join();
  }

  /**
   * Registers a job and all its ranks. The number of a rank is (dp rank * tp + tp rank) * pp + pp
   * rank.
   */
  String registerAll(int pp, int dp, int tp) {
    String job = registerJob(pp, dp, tp);
    for (int rank = 0; rank < pp * dp * tp; rank++) {
      Answer answer = registerRank(job, rank, rank / (pp * tp), rank % pp, rank / pp % tp);
      if (answer.status() != 200) {
        throw new IllegalStateException(answer.toString());
      }
    }
    return job;
  }

  CompletableFuture<Answer> fetch(String job, int rank) {
    return get("/schedule/" + job + "?rank=" + rank);
  }

  /**
   * Lets all ranks fetch their schedules at the same time, and returns the answers in the order of
   * the ranks.
   */
  List<Answer> fetchAll(String job, int ranks) {
    List<CompletableFuture<Answer>> fetches = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      fetches.add(fetch(job, rank));
    }
    return fetches.stream().map(CompletableFuture::join).toList();
  }

  /**
   * Returns the result of a rank in a round of three iterations, with the times and energies of
   * single instructions.
   */
  static String result(int rank) {
    return ("{'rank': %d, 'iter_time': [1.5, 1.25, 1], 'iter_energy': [150, 125, 100],"
            + " 'time_breakdown': {'forward': [[0.1, 0.1], [0.1, 0.1], [0.1, 0.3]],"
            + " 'backward': [[0.2, 0.2], [0.2, 0.2], [0.2, 0.2]]},"
            + " 'energy_breakdown': {'forward': [[1, 1], [10, 10], [10, 30]],"
            + " 'backward': [[20, 20], [20, 20], [20, 20]]}}")
        .formatted(rank);
  }

  /** Reports {@link #result} for a rank. */
  Answer report(String job, int rank) {
    return post("/result/" + job, result(rank)).join();
  }

  /**
   * Waits until a file of a state dump exists, because the server answers calls before it has
   * written the file.
   */
  static void awaitDumped(Path path) throws IOException {
    long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (Files.notExists(path)) {
      if (System.nanoTime() > endNanos) {
        throw new IOException(path + " was not written within 30 s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** Reports {@link #result} for all ranks. */
  void reportAll(String job, int ranks) {
    for (int rank = 0; rank < ranks; rank++) {
      Answer answer = report(job, rank);
      if (answer.status() != 200) {
        throw new IllegalStateException(answer.toString());
      }
    }
  }
}
