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
import perseus.wire.Handshake;
import perseus.wire.JobSecret;

/**
 * The connections of the peers that call a rank, from when its port is open until all are there.
 */
final class Callers implements AutoCloseable {
  private final Set<Integer> missing;
  private final long deadline;
  private final Map<Integer, SocketChannel> arrived = new TreeMap<>();
  private final Acceptor acceptor;
  private boolean over;

  /**
   * @param peers ranks that will call
   * @param deadline in System.nanoTime()
   */
  Callers(ServerSocket port, Set<Integer> peers, JobSecret secret, long deadline) {
    this.missing = new TreeSet<>(peers);
    this.deadline = deadline;
    this.acceptor = new Acceptor(port, role -> secret, this::admit, "accepts connections of peers");
  }

  private Runnable admit(Socket socket, Handshake.Role role) throws IOException {
    socket.setSoTimeout(TcpTransport.remainingMillis(deadline));
    int peer = new DataInputStream(socket.getInputStream()).readInt();
    socket.setSoTimeout(0);
    SocketChannel channel = socket.getChannel();
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    synchronized (this) {
      if (over || !missing.remove(peer)) {
        throw new IOException("an unexpected rank " + peer);
      }
      arrived.put(peer, channel);
      notifyAll();
    }
    return () -> {};
  }

  /**
   * Waits for all of them.
   *
   * @return their connections, which are the caller's from then on
   * @throws PeerLostException if some do not come in time; it says which
   */
  synchronized Map<Integer, SocketChannel> await() {
    try {
      while (!missing.isEmpty()) {
        if (System.nanoTime() > deadline) {
          throw new PeerLostException(
              "Rank%s %s did not connect in time."
                  .formatted(
                      missing.size() == 1 ? "" : "s",
                      missing.toString().replaceAll("[\\[\\]]", "")),
              null);
        }
        wait(TcpTransport.remainingMillis(deadline));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerLostException("Interrupted while waiting for other ranks.", e);
    }
    Map<Integer, SocketChannel> all = new TreeMap<>(arrived);
    arrived.clear();
    return all;
  }

  /** Lets nobody in any more, and drops those that nobody has waited for. */
  @Override
  public void close() {
    acceptor.close();
    synchronized (this) {
      over = true;
      for (SocketChannel channel : arrived.values()) {
        try {
          channel.close();
        } catch (IOException e) {
          // Nothing is left to be done with it.
        }
      }
    }
  }
}
