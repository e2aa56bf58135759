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
 * Lets in at a port who knows the job's secret. Each connection has a thread of its own, so that
 * one which is slow or says nothing keeps no other waiting.
 */
public final class Acceptor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

  /** Strangers that may be at the door at the same time. */
  private static final int MOST_STRANGERS = 256;

  /** Where no connection can be taken, as there is no file handle left, the next try can wait. */
  private static final long PAUSE_MILLIS = 200;

  private final ServerSocket server;
  private final Function<Handshake.Role, JobSecret> secrets;
  private final Entrance entrance;
  private final Semaphore strangers = new Semaphore(MOST_STRANGERS);

  /** Takes the connections of those who have proved themselves. */
  @FunctionalInterface
  public interface Entrance {
    /**
     * Hears who it is.
     *
     * @return what is to be done with the connection from then on, on its thread
     * @throws IOException if it is none that is expected here; the connection is closed then
     */
    Runnable admit(Socket socket, Handshake.Role role) throws IOException;
  }

  /**
   * @param server a bound port; it is closed with this
   * @param secrets what each role has to know
   * @param name of the thread that takes the connections
   */
  public Acceptor(
      ServerSocket server,
      Function<Handshake.Role, JobSecret> secrets,
      Entrance entrance,
      String name) {
    this.server = server;
    this.secrets = secrets;
    this.entrance = entrance;
    Daemon.start(this::accept, name);
  }

  private void accept() {
    boolean failing = false;
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        failing = false;
        if (strangers.tryAcquire()) {
          Daemon.start(() -> welcome(socket), "reads from " + socket.getRemoteSocketAddress());
        } else {
          close(socket);
        }
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
        if (!failing) {
          LOG.warn(
              "No connection can be taken at port {}: {}", server.getLocalPort(), e.toString());
          failing = true;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      // Nobody does that.
    }
  }

  private void welcome(Socket socket) {
    Runnable next;
    try {
      next = entrance.admit(socket, Handshake.answer(socket, secrets));
    } catch (IOException | RuntimeException e) {
      LOG.info("Refused {}: {}", socket.getRemoteSocketAddress(), e.toString());
      close(socket);
      return;
    } finally {
      strangers.release();
    }
    next.run();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }

  /** Takes no more connections; those that it has taken stay. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }
}
