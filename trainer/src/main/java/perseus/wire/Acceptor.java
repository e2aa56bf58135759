package perseus.wire;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections at a port, authenticates the callers with the job's secret, and passes
 * authenticated connections to an {@link Admission}. Each accepted connection has its own thread,
 * so that a slow or silent caller does not delay other callers.
 */
public final class Acceptor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

  /**
   * Maximum number of callers that authenticate themselves at the same time. If more callers
   * connect, the caller that has been connected for the longest time is disconnected. Callers that
   * send nothing cannot prevent other callers from connecting. If a process of the job is
   * disconnected in favour of a new caller, the process connects again.
   */
  static final int MAX_STRANGERS = 256;

  /**
   * At most 20 refusals are logged, so that unknown callers cannot flood the log. A refusal with
   * the same host and the same reason is logged only once.
   */
  private static final int MAX_LOGGED_REFUSALS = 20;

  /**
   * After a failure to accept a connection, the thread waits for 0.2 s and tries again. A failure
   * to accept a connection can be temporary, for example if all file handles are in use.
   */
  private static final long RETRY_MILLIS = 200;

  private final ServerSocket server;
  private final Function<Handshake.Role, JobSecret> secrets;
  private final Admission admission;
  private final Duration handshakeLimit;
  private final Semaphore places = new Semaphore(MAX_STRANGERS);
  private final Set<Socket> strangers = new LinkedHashSet<>();
  private final Set<String> loggedRefusals = new HashSet<>();

  /**
   * Decides whether an authenticated caller may connect. An implementation of {@code Admission}
   * chooses the task that serves the connection to an admitted caller.
   */
  @FunctionalInterface
  public interface Admission {
    /**
     * Admits or refuses an authenticated caller.
     *
     * @return the task that serves the connection to the caller; the thread of this connection runs
     *     the task
     * @throws IOException if the caller is not expected. The connection to a caller that is not
     *     expected is closed.
     */
    Runnable admit(Socket socket, Handshake.Role role) throws IOException;
  }

  /**
   * Starts to accept connections at a port.
   *
   * @param server a port that is already bound. The method {@link #close} closes the given port.
   * @param secrets function that returns the secret of a role (launcher, rank or agent). A caller
   *     with this role must know the secret.
   * @param name name of the thread that accepts the connections
   */
  public Acceptor(
      ServerSocket server,
      Function<Handshake.Role, JobSecret> secrets,
      Admission admission,
      String name) {
    this(server, secrets, admission, name, Handshake.TIME_LIMIT);
  }

  Acceptor(
      ServerSocket server,
      Function<Handshake.Role, JobSecret> secrets,
      Admission admission,
      String name,
      Duration handshakeLimit) {
    this.server = server;
    this.secrets = secrets;
    this.admission = admission;
    this.handshakeLimit = handshakeLimit;
    Daemon.start(this::accept, name);
  }

  private void accept() {
    boolean failing = false;
    while (!server.isClosed()) {
      try {
        start(server.accept());
        failing = false;
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
        if (!failing) {
          LOG.warn("Port {} cannot accept connections: {}", server.getLocalPort(), e.toString());
          failing = true;
        }
        pause();
      }
    }
  }

  private void start(Socket socket) throws IOException {
    synchronized (strangers) {
      if (strangers.size() == MAX_STRANGERS) {
        Socket oldest = strangers.iterator().next();
        strangers.remove(oldest);
        Sockets.close(oldest);
      }
      strangers.add(socket);
    }
    // This call waits until fewer than MAX_STRANGERS threads authenticate callers. The wait is
    // short, because the thread of a disconnected caller ends when it can read no more data.
    places.acquireUninterruptibly();
    try {
      Daemon.start(() -> serve(socket), "reads from " + socket.getRemoteSocketAddress());
    } catch (OutOfMemoryError e) {
      leave(socket);
      Sockets.close(socket);
      throw new IOException("no thread can be started", e);
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      // InterruptedException never occurs here, because no code interrupts the thread that accepts
      // connections.
    }
  }

  private void serve(Socket socket) {
    Runnable task;
    try {
      task = admission.admit(socket, authenticate(socket));
    } catch (IOException | RuntimeException e) {
      logRefusal(socket, e);
      Sockets.close(socket);
      return;
    }
    task.run();
  }

  private Handshake.Role authenticate(Socket socket) throws IOException {
    try {
      return Handshake.answer(
          socket,
          role -> {
            // This caller can no longer be disconnected in favour of a new caller, because the rest
            // of its handshake is fast.
            synchronized (strangers) {
              strangers.remove(socket);
            }
            return secrets.apply(role);
          },
          handshakeLimit);
    } finally {
      leave(socket);
    }
  }

  private void leave(Socket socket) {
    synchronized (strangers) {
      strangers.remove(socket);
    }
    places.release();
  }

  private void logRefusal(Socket socket, Exception e) {
    if (socket.isClosed()) {
      return;
    }
    String host = socket.getInetAddress().getHostAddress();
    String reason =
        e instanceof IOException && e.getMessage() != null ? e.getMessage() : e.toString();
    synchronized (loggedRefusals) {
      if (loggedRefusals.size() < MAX_LOGGED_REFUSALS && loggedRefusals.add(host + " " + reason)) {
        LOG.warn("Port {} refused a caller from {}: {}.", server.getLocalPort(), host, reason);
      }
    }
  }

  /**
   * Closes the port at which connections are accepted. The connections that were already accepted
   * stay open.
   */
  @Override
  public void close() {
    Sockets.close(server);
  }
}
