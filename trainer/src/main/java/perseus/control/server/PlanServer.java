package perseus.control.server;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
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

/** A plan server on a port, until it is closed. */
public final class PlanServer implements AutoCloseable {
  private static final int MOST_THREADS = 64;
  private static final long CONNECTION_IDLE_MILLIS = 60_000;

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
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
    threads.setName("perseus-server");
    this.server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setIdleTimeout(CONNECTION_IDLE_MILLIS);
    // All ranks of a job come at once.
    connector.setAcceptQueueSize(4096);
    connector.addBean(new SlowHeads(connector.getScheduler(), settings.limits().headPatience()));
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(ServerLimits.MOST_CONNECTIONS, connector));
    server.setHandler(new Api(settings, jobs));
    server.setErrorHandler(new JsonErrors());
  }

  /**
   * Starts a server.
   *
   * @throws UserError if the port or the directory for dumps cannot be had
   */
  public static PlanServer start(ServerSettings settings) {
    return start(settings, new DumpQueue());
  }

  /** As {@link #start(ServerSettings)}, with the queue that writes the dumps. */
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
      String why =
          cause instanceof UnresolvedAddressException
              ? "that name is not known here"
              : cause.getMessage();
      throw new UserError(
          "The server cannot listen on %s port %d: %s."
              .formatted(settings.host(), settings.port(), why),
          e);
    } catch (Exception e) {
      started.close();
      throw new IllegalStateException("The server does not start.", e);
    }
    started.watchIdleJobs();
    return started;
  }

  private void watchIdleJobs() {
    long everyMillis = Math.max(100, Math.min(60_000, settings.maxJobIdleTime().toMillis() / 4));
    server
        .getScheduler()
        .schedule(
            () -> {
              jobs.removeIdle();
              if (server.isRunning()) {
                watchIdleJobs();
              }
            },
            everyMillis,
            TimeUnit.MILLISECONDS);
  }

  /** Where it can be reached. */
  public URI uri() {
    String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
    return URI.create("http://" + host + ":" + connector.getLocalPort());
  }

  /** The port it listens on. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Waits until somebody closes it. */
  public void join() throws InterruptedException {
    server.join();
  }

  /** Stops serving; what was to be dumped is written. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The server does not stop.", e);
    } finally {
      dumps.close();
      if (dumpDirectory != null) {
        dumpDirectory.close();
      }
    }
  }

  /** Errors that the HTTP library finds, in the same form as the server's own. */
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
