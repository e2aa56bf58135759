package perseus.control.server;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.protocol.Bodies;
import perseus.control.server.http.Access;
import perseus.control.server.http.Answer;
import perseus.control.server.http.BodyReader;
import perseus.control.server.http.Fields;
import perseus.control.server.http.HttpError;
import perseus.control.server.http.JsonBody;
import perseus.control.server.http.LongBodies;
import perseus.control.server.job.Jobs;
import perseus.control.server.job.ServerSettings;

/**
 * Routes each HTTP call to the plan server by its path and method. A thread never waits for other
 * ranks, for the rest of a body, or for the disk with the state dumps. Only the call that registers
 * the last rank of a job blocks its thread, because it reads the plan files.
 */
final class Api extends Handler.Abstract.NonBlocking {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);

  private final ServerSettings settings;
  private final Jobs jobs;
  private final Access access;
  private final LongBodies longBodies = new LongBodies(Runtime.getRuntime().maxMemory() / 4);
  private final Page page = new Page();

  Api(ServerSettings settings, Jobs jobs) {
    this.settings = settings;
    this.jobs = jobs;
    this.access = new Access(settings.host(), settings.token());
  }

  @Override
  protected void doStop() throws Exception {
    super.doStop();
    longBodies.close();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Consumer<Answer> reply = answer -> send(answer, response, callback);
    try {
      String path = request.getHttpURI().getPath();
      if (path == null || !path.startsWith("/")) {
        throw notFound();
      }
      // If the URL of the server ends with a slash, clients call paths such as //register_job.
      // Empty parts of the path are ignored, so //register_job has the same effect as
      // /register_job.
      List<String> parts = Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
      String call = parts.isEmpty() ? "" : parts.get(0);
      if (parts.equals(List.of("healthz"))) {
        get(request, reply, () -> Answer.text("text/plain", "ok\n"));
        return true;
      }
      access.require(call, request, response);
      if (parts.size() <= 1) {
        route(call, request, reply);
      } else if (parts.size() == 2) {
        route(call, decode(parts.get(1)), request, reply);
      } else {
        throw notFound();
      }
    } catch (HttpError e) {
      reply.accept(e.answer());
    } catch (RuntimeException e) {
      // Jetty throws an HttpException when the server first reads a malformed query or cookie.
      if (e instanceof HttpException bad && bad.getCode() < 500) {
        reply.accept(new HttpError(bad.getCode(), bad.getReason()).answer());
        return true;
      }
      LOG.error("{} {} failed.", request.getMethod(), request.getHttpURI().getPath(), e);
      reply.accept(new HttpError(500, "Internal error: " + e).answer());
    }
    return true;
  }

  private void route(String call, Request request, Consumer<Answer> reply) {
    switch (call) {
      case "" -> get(request, reply, () -> page.html());
      case "page.js" -> get(request, reply, () -> page.script());
      case "info" ->
          get(
              request,
              reply,
              () -> {
                String job = Request.extractQueryParameters(request).getValue("job");
                if (job != null) {
                  jobs.watched(job);
                }
                return Answer.json(200, settings.toDump());
              });
      case "metrics" ->
          get(request, reply, () -> Answer.text(Metrics.CONTENT_TYPE, Metrics.text(jobs.all())));
      case "jobs" ->
          get(
              request,
              reply,
              () -> Answer.json(200, jobs.all().stream().map(job -> job.view().json()).toList()));
      case "register_job" ->
          postForValue(request, reply, Bodies.JobBody.class, body -> jobs.create(body));
      case "register_rank" ->
          post(
              request,
              reply,
              Bodies.RankBody.class,
              body -> jobs.active(Fields.required("job_id", body.jobId())).register(body));
      default -> throw notFound();
    }
  }

  private void route(String call, String jobId, Request request, Consumer<Answer> reply) {
    switch (call) {
      case "jobs" -> get(request, reply, () -> Answer.json(200, jobs.find(jobId).details()));
      case "schedule" -> {
        requireMethod(request, "GET");
        // A rank may wait for its schedule while other ranks still train, so calls for a schedule
        // have no idle timeout.
        request.addIdleTimeoutListener(timeout -> false);
        jobs.active(jobId).fetch(rank(request), reply);
      }
      case "register_rank" ->
          post(request, reply, Bodies.RankBody.class, body -> jobs.active(jobId).register(body));
      case "result" ->
          post(request, reply, Bodies.ResultBody.class, body -> jobs.active(jobId).report(body));
      case "straggler" ->
          post(
              request,
              reply,
              Bodies.StragglerBody.class,
              body -> jobs.active(jobId).straggler(body));
      default -> throw notFound();
    }
  }

  private static int rank(Request request) {
    String value = Request.extractQueryParameters(request).getValue("rank");
    List<Object> location = List.of("query", "rank");
    if (value == null) {
      throw HttpError.unprocessable(location, "field required");
    }
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw HttpError.unprocessable(location, "value is not a valid integer");
    }
  }

  private interface Source {
    Answer read();
  }

  private static void get(Request request, Consumer<Answer> reply, Source source) {
    requireMethod(request, "GET", "HEAD");
    reply.accept(source.read());
  }

  /** Serves an HTTP POST call whose answer is the JSON value null. */
  private <T> void post(
      Request request, Consumer<Answer> reply, Class<T> type, Consumer<T> action) {
    postForValue(
        request,
        reply,
        type,
        body -> {
          action.accept(body);
          return null;
        });
  }

  /** Serves an HTTP POST call whose answer is the JSON value that {@code action} returns. */
  private <T> void postForValue(
      Request request, Consumer<Answer> reply, Class<T> type, Function<T, Object> action) {
    requireMethod(request, "POST");
    String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new HttpError(
          415, "The encoding '" + encoding + "' of the body is not supported; send it without.");
    }
    new BodyReader(
            request,
            settings.limits(),
            longBodies,
            body -> reply.accept(act(body, type, action)),
            error -> reply.accept(error.answer()))
        .start();
  }

  private static <T> Answer act(ByteBuffer body, Class<T> type, Function<T, Object> action) {
    try {
      return Answer.json(200, action.apply(JsonBody.read(body, type)));
    } catch (HttpError e) {
      return e.answer();
    } catch (RuntimeException e) {
      LOG.error("A call failed.", e);
      return new HttpError(500, "Internal error: " + e).answer();
    } catch (OutOfMemoryError e) {
      return new HttpError(
              503,
              "The server has too little memory for this body; PERSEUS_JAVA_OPTS=-Xmx... gives it more.")
          .answer();
    }
  }

  private static void requireMethod(Request request, String... methods) {
    if (!List.of(methods).contains(request.getMethod())) {
      throw new HttpError(
          405,
          "This call needs the method " + methods[0] + ", not " + request.getMethod() + ".",
          "Allow",
          String.join(", ", methods));
    }
  }

  private static HttpError notFound() {
    return new HttpError(
        404,
        "Not Found: this plan server has no such call. The URL of the server is http://HOST:PORT, without a path.");
  }

  /**
   * Decodes one segment of a URL path. A plus sign in a URL path is not a space, unlike in a query.
   */
  private static String decode(String part) {
    if (part.indexOf('%') < 0) {
      return part;
    }
    try {
      return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new HttpError(400, "The path contains a % that is not followed by a valid code.");
    }
  }

  static void send(Answer answer, Response response, Callback callback) {
    response.setStatus(answer.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
    answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    response.write(true, ByteBuffer.wrap(answer.body()), callback);
  }
}
