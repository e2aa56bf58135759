package perseus.transport.tcp;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import perseus.transport.PeerLostException;
import perseus.wire.Acceptor;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;
import perseus.wire.Sockets;

/**
 * Accepts the connections that other ranks open to this rank, and collects the connections until
 * all expected ranks are connected.
 */
final class Callers implements AutoCloseable {
  private final Set<Integer> missing;
  private final Deadline deadline;
  private final Map<Integer, SocketChannel> arrived = new TreeMap<>();
  private final Acceptor acceptor;
  private boolean closed;

  /**
   * Starts to accept connections from other ranks.
   *
   * @param port the port of this rank. The method {@link #close} closes the given port.
   * @param peers the numbers of the ranks that will connect to this rank
   * @param deadline the time at which all expected ranks must be connected to this rank
   */
  Callers(ServerSocket port, Set<Integer> peers, JobSecret secret, Deadline deadline) {
    this.missing = new TreeSet<>(peers);
    this.deadline = deadline;
    this.acceptor = new Acceptor(port, role -> secret, this::admit, "accepts connections of peers");
  }

  private Runnable admit(Socket socket, Handshake.Role role) throws IOException {
    socket.setSoTimeout(deadline.remainingMillis());
    int peer = new DataInputStream(socket.getInputStream()).readInt();
    socket.setSoTimeout(0);
    SocketChannel channel = socket.getChannel();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    synchronized (this) {
      if (closed || !missing.remove(peer)) {
        throw new IOException("rank " + peer + " is not expected");
      }
      arrived.put(peer, channel);
      notifyAll();
    }
    return () -> {};
  }

  /**
   * Waits until all expected ranks are connected to this rank.
   *
   * @return map from the number of each expected rank to its connection. The caller of this method
   *     must close the connections.
   * @throws PeerLostException if an expected rank is not connected at the deadline; the message
   *     names all missing ranks
   */
  synchronized Map<Integer, SocketChannel> await() {
    try {
      while (!missing.isEmpty()) {
        if (deadline.isPassed()) {
          throw new PeerLostException(
              "Rank%s %s did not connect in time."
                  .formatted(
                      missing.size() == 1 ? "" : "s",
                      missing.toString().replaceAll("[\\[\\]]", "")),
              null);
        }
        wait(deadline.remainingMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerLostException("Interrupted while waiting for other ranks.", e);
    }
    Map<Integer, SocketChannel> all = new TreeMap<>(arrived);
    arrived.clear();
    return all;
  }

  /** Closes the port of this rank, and all connections that {@link #await} has not returned. */
  @Override
  public void close() {
    acceptor.close();
    synchronized (this) {
      closed = true;
      arrived.values().forEach(Sockets::close);
    }
  }
}
