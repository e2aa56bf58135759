package perseus.wire;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
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
   * At most {@code MAX_UNAUTHENTICATED} callers can authenticate themselves at the same time. If
   * the maximum number of callers are authenticating themselves, further callers are disconnected
   * immediately.
   */
  private static final int MAX_UNAUTHENTICATED = 256;

  /**
   * After a failure to accept a connection, the thread waits for {@code RETRY_MILLIS} milliseconds
   * and tries again. A failure to accept a connection can be temporary, for example if all file
   * handles are in use.
   */
  private static final long RETRY_MILLIS = 200;

  private final ServerSocket server;
  private final Function<Handshake.Role, JobSecret> secrets;
  private final Admission admission;
  private final Semaphore unauthenticated = new Semaphore(MAX_UNAUTHENTICATED);

  /**
   * Decides whether an authenticated caller may connect. An implementation of this interface also
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
   * @param secrets function that returns the secret that a caller with a given role (launcher or
   *     rank) must know
   * @param name name of the thread that accepts the connections
   */
  public Acceptor(
      ServerSocket server,
      Function<Handshake.Role, JobSecret> secrets,
      Admission admission,
      String name) {
    this.server = server;
    this.secrets = secrets;
    this.admission = admission;
    Daemon.start(this::accept, name);
  }

  private void accept() {
    boolean failing = false;
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        failing = false;
        if (unauthenticated.tryAcquire()) {
          Daemon.start(() -> serve(socket), "reads from " + socket.getRemoteSocketAddress());
        } else {
          Sockets.close(socket);
        }
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

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      // No code interrupts the thread that accepts connections.
    }
  }

  private void serve(Socket socket) {
    Runnable task;
    try {
      task = admission.admit(socket, Handshake.answer(socket, secrets));
    } catch (IOException | RuntimeException e) {
      LOG.info("Refused {}: {}", socket.getRemoteSocketAddress(), e.toString());
      Sockets.close(socket);
      return;
    } finally {
      unauthenticated.release();
    }
    task.run();
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
