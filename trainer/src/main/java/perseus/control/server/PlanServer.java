package perseus.control.server;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import perseus.control.server.dump.DumpDirectory;
import perseus.control.server.dump.DumpQueue;
import perseus.control.server.http.HttpError;
import perseus.control.server.http.ServerLimits;
import perseus.control.server.http.SlowHeads;
import perseus.control.server.job.Jobs;
import perseus.control.server.job.ServerSettings;
import perseus.io.UserError;

/**
 * Runs a plan server, which listens on a port until it is closed. Ranks of training jobs fetch
 * their frequency schedules from the plan server, and report their measurements to it.
 */
public final class PlanServer implements AutoCloseable {
  private static final int MAX_THREADS = 64;
  private static final long IDLE_TIMEOUT_MILLIS = 60_000;

  /**
   * Maximum number of connections that wait until the server accepts them. The queue of connections
   * is long, because all ranks of a job connect at the same time.
   */
  private static final int ACCEPT_QUEUE_SIZE = 4096;

  private final ServerSettings settings;
  private final Server server;
  private final ServerConnector connector;
  private final DumpQueue dumps;
  private final Jobs jobs;
  private DumpDirectory dumpDirectory;

  private PlanServer(ServerSettings settings, DumpQueue dumps) {
    this.settings = settings;
    this.dumps = dumps;
    this.jobs = new Jobs(settings, dumps);
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS);
    threads.setName("perseus-server");
    this.server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setUriCompliance(
        UriCompliance.DEFAULT.with(
            "empty-segments", UriCompliance.Violation.AMBIGUOUS_EMPTY_SEGMENT));
    this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(IDLE_TIMEOUT_MILLIS);
    connector.setAcceptQueueSize(ACCEPT_QUEUE_SIZE);
    connector.addBean(new SlowHeads(connector.getScheduler(), settings.limits().headTimeout()));
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(ServerLimits.MAX_CONNECTIONS, connector));
    server.setHandler(new Api(settings, jobs));
    server.setErrorHandler(new JsonErrors());
  }

  /**
   * Starts a plan server.
   *
   * @throws UserError if the server cannot listen on the port, or cannot write to the directory for
   *     state dumps (JSON files)
   */
  public static PlanServer start(ServerSettings settings) {
    return start(settings, new DumpQueue());
  }

  /**
   * Starts a plan server that writes its state dumps (JSON files with schedules and results)
   * through the given queue.
   */
  static PlanServer start(ServerSettings settings, DumpQueue dumps) {
    PlanServer started = new PlanServer(settings, dumps);
    try {
      started.dumpDirectory = DumpDirectory.open(settings.dumpDirectory());
      started.server.start();
    } catch (UserError e) {
      started.close();
      throw e;
    } catch (IOException e) {
      started.close();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String reason =
          cause instanceof UnresolvedAddressException
              ? "the name of the host is unknown"
              : cause instanceof BindException && cause.getMessage().contains("in use")
                  ? "another program uses it; end that program, or choose another port"
                  : cause.getMessage();
      throw new UserError(
          "The server cannot listen on %s port %d: %s."
              .formatted(settings.host(), settings.port(), reason),
          e);
    } catch (Exception e) {
      started.close();
      throw new IllegalStateException("The server cannot start.", e);
    }
    started.removeIdleJobsPeriodically();
    return started;
  }

  /** Starts a task that regularly removes idle jobs, which no client has called for too long. */
  private void removeIdleJobsPeriodically() {
    long intervalMillis = Math.max(100, Math.min(60_000, settings.maxJobIdleTime().toMillis() / 4));
    server
        .getScheduler()
        .schedule(
            () -> {
              jobs.removeIdle();
              if (server.isRunning()) {
                removeIdleJobsPeriodically();
              }
            },
            intervalMillis,
            TimeUnit.MILLISECONDS);
  }

  /** Returns the URL of the plan server, with the port on which it listens. */
  public URI uri() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create("http://" + host + ":" + connector.getLocalPort());
  }

  /** Waits until another thread closes the plan server. */
  public void join() throws InterruptedException {
    server.join();
  }

  /**
   * Stops the plan server, and then writes the state dumps (JSON files with schedules and results)
   * that are still in the queue.
   */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The server cannot stop.", e);
    } finally {
      jobs.stopBackgroundWork();
      dumps.close();
      if (dumpDirectory != null) {
        dumpDirectory.close();
      }
    }
  }

  /**
   * Answers HTTP requests in which the web server Jetty detects an error. Errors that Jetty detects
   * have the same JSON form as errors that the plan server itself detects.
   */
  private static final class JsonErrors extends ErrorHandler {
    @Override
    protected void generateResponse(
        Request request,
        Response response,
        int code,
        String message,
        Throwable cause,
        Callback callback) {
      String detail = message == null ? HttpStatus.getMessage(code) : message;
      Api.send(new HttpError(code, detail).answer(), response, callback);
    }
  }
}
