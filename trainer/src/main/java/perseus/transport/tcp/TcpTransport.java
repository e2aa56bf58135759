package perseus.transport.tcp;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import perseus.io.UserError;
import perseus.transport.PeerLostException;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;

/**
 * Tensors over TCP, one connection per pair of ranks that have something to tell each other. They
 * are copied through direct buffers, from and to the host's memory.
 */
public final class TcpTransport implements TensorTransport {
  /** Streams from here on are those of groups. */
  private static final int FIRST_GROUP_STREAM = Stream.values().length;

  private static final long RETRY_MILLIS = 300;

  private final int rank;
  private final BufferPool pool = new BufferPool();
  private final Map<Integer, PeerLink> links = new TreeMap<>();

  private TcpTransport(int rank) {
    this.rank = rank;
  }

  /** A port at which a rank waits for its peers' connections. */
  public static final class Port implements AutoCloseable {
    private final ServerSocketChannel channel;

    private Port(ServerSocketChannel channel) {
      this.channel = channel;
    }

    /** Its address. */
    public InetSocketAddress address() {
      try {
        return (InetSocketAddress) channel.getLocalAddress();
      } catch (IOException e) {
        throw new UserError("The rank's port is gone: " + e.getMessage() + ".", e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing is left to be done with it.
      }
    }
  }

  /**
   * Opens a free port.
   *
   * @param address of this host, as its peers reach it
   */
  public static Port open(InetAddress address) {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open();
      channel.bind(new InetSocketAddress(address, 0), 1024);
      return new Port(channel);
    } catch (IOException e) {
      throw new UserError(
          "No port can be opened at %s: %s.".formatted(address.getHostAddress(), e.getMessage()),
          e);
    }
  }

  /**
   * Connects a rank with its peers: it calls those with lower ranks and is called by those with
   * higher ones, meanwhile.
   *
   * @param peers addresses of the ranks that this one exchanges tensors with
   * @param port this rank's port; it is closed then
   * @throws PeerLostException if a peer cannot be reached or does not come in time
   */
  public static TcpTransport connect(
      int rank,
      Map<Integer, InetSocketAddress> peers,
      Port port,
      JobSecret secret,
      Duration timeout) {
    TcpTransport transport = new TcpTransport(rank);
    long deadline = System.nanoTime() + timeout.toNanos();
    Set<Integer> callers = new TreeSet<>(peers.keySet());
    callers.removeIf(peer -> peer < rank);
    try (port;
        Callers called = new Callers(port.channel.socket(), callers, secret, deadline)) {
      for (Map.Entry<Integer, InetSocketAddress> peer : peers.entrySet()) {
        if (peer.getKey() < rank) {
          transport.add(
              peer.getKey(), call(rank, peer.getKey(), peer.getValue(), secret, deadline));
        }
      }
      for (Map.Entry<Integer, SocketChannel> caller : called.await().entrySet()) {
        transport.add(caller.getKey(), caller.getValue());
      }
    } catch (RuntimeException e) {
      transport.close();
      throw e;
    }
    return transport;
  }

  private static SocketChannel call(
      int rank, int peer, InetSocketAddress address, JobSecret secret, long deadline) {
    while (true) {
      try {
        return call(rank, address, secret, deadline);
      } catch (IOException e) {
        // Its port was open before its address was told: a refusal is final. A peer that has no
        // time to answer may have it later.
        if (e instanceof Handshake.RefusedException
            || e instanceof ConnectException
            || System.nanoTime() > deadline) {
          throw new PeerLostException(
              "Rank %d cannot be reached at %s:%d: %s."
                  .formatted(peer, address.getHostString(), address.getPort(), e.getMessage()),
              e);
        }
        pause(peer);
      }
    }
  }

  private static SocketChannel call(
      int rank, InetSocketAddress address, JobSecret secret, long deadline) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().connect(address, remainingMillis(deadline));
      Handshake.call(channel.socket(), Handshake.Role.RANK, secret);
      new DataOutputStream(channel.socket().getOutputStream()).writeInt(rank);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static void pause(int peer) {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerLostException("Interrupted while calling rank " + peer + ".", e);
    }
  }

  private void add(int peer, SocketChannel channel) {
    links.put(peer, new PeerLink(channel, "rank " + peer, pool));
  }

  /** Milliseconds until a time in System.nanoTime(), as socket timeouts want them: at least 1. */
  static int remainingMillis(long deadline) {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    return (int) Math.max(1, Math.min(millis, Integer.MAX_VALUE));
  }

  @Override
  public void send(int toRank, Stream stream, NDArray tensor) {
    ByteBuffer buffer = pool.take(Tensors.bytes(tensor));
    // In one dimension a tensor is contiguous, so that no copy of it stays with its manager.
    try (NDArray flat = tensor.reshape(-1)) {
      buffer.put(0, Tensors.contents(flat), 0, buffer.limit());
    }
    links.get(toRank).send(stream.ordinal(), buffer);
  }

  @Override
  public NDArray receive(int fromRank, Stream stream, Shape shape, NDManager manager) {
    int bytes = Math.toIntExact(shape.size() * Float.BYTES);
    ByteBuffer buffer = links.get(fromRank).receive(stream.ordinal(), bytes);
    // A view of the buffer, and then memory of its own.
    try (NDArray view = manager.create(buffer, shape, DataType.FLOAT32)) {
      NDArray tensor = view.duplicate();
      pool.give(buffer);
      return tensor;
    }
  }

  @Override
  public TensorGroup group(int id, List<Integer> members) {
    if (members.size() == 1) {
      return TensorGroup.ALONE;
    }
    List<PeerLink> peers = new ArrayList<>();
    for (int member : members) {
      peers.add(member == rank ? null : links.get(member));
    }
    return new TcpGroup(
        FIRST_GROUP_STREAM + id, List.copyOf(members), members.indexOf(rank), peers, pool);
  }

  @Override
  public void close() {
    links.values().forEach(PeerLink::close);
  }
}
