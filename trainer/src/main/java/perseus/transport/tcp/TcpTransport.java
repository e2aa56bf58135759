package perseus.transport.tcp;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.DataOutputStream;
import java.io.IOException;
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
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import perseus.io.UserError;
import perseus.transport.PeerLostException;
import perseus.transport.PeerMessages;
import perseus.transport.TensorGroup;
import perseus.transport.TensorTransport;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;
import perseus.wire.Retry;
import perseus.wire.Sockets;

/**
 * Implements {@link TensorTransport} over TCP. Each pair of ranks that exchange tensors has one TCP
 * connection. Sent and received tensors are copied to and from direct buffers in the host's memory.
 */
public final class TcpTransport implements TensorTransport, PeerMessages {
  /**
   * The tensors of the group with the number 0 are sent in the stream with the number {@code
   * FIRST_GROUP_STREAM}. Numbers below {@code FIRST_GROUP_STREAM} belong to the streams of
   * activations and gradients ({@link Stream}).
   */
  private static final int FIRST_GROUP_STREAM = Stream.values().length;

  private static final int BACKLOG = 1024;

  private final int rank;
  private final BufferPool pool = new BufferPool();
  private final Map<Integer, PeerLink> links = new TreeMap<>();

  private TcpTransport(int rank) {
    this.rank = rank;
  }

  /** Holds the open port at which a rank accepts the connections of other ranks. */
  public static final class Port implements AutoCloseable {
    private final ServerSocketChannel channel;

    private Port(ServerSocketChannel channel) {
      this.channel = channel;
    }

    /** Returns the IP address and port number at which other ranks reach the port of this rank. */
    public InetSocketAddress address() {
      try {
        return (InetSocketAddress) channel.getLocalAddress();
      } catch (IOException e) {
        throw new UserError("The port of this rank has been closed: " + e.getMessage() + ".", e);
      }
    }

    @Override
    public void close() {
      Sockets.close(channel);
    }
  }

  /**
   * Opens a free port of this host, at which this rank accepts connections.
   *
   * @param address the IP address at which other ranks reach this host
   * @throws UserError if no port can be opened at the given IP address
   */
  public static Port open(InetAddress address) {
    try {
      ServerSocketChannel channel = ServerSocketChannel.open();
      try {
        channel.bind(new InetSocketAddress(address, 0), BACKLOG);
        return new Port(channel);
      } catch (IOException e) {
        Sockets.close(channel);
        throw e;
      }
    } catch (IOException e) {
      throw new UserError(
          "No port can be opened at this host's address %s: %s."
              .formatted(address.getHostAddress(), e.getMessage()),
          e);
    }
  }

  /**
   * Connects a rank with its peers, the ranks with which it exchanges tensors. A rank opens
   * connections to peers with lower numbers, and at the same time accepts connections from peers
   * with higher numbers.
   *
   * @param peers map from the number of each peer (rank with which this rank exchanges tensors) to
   *     the address of the peer
   * @param port the port of this rank. The method {@code connect} closes the given port.
   * @param timeout the longest time to wait until all peers are connected to this rank
   * @throws PeerLostException if a peer cannot be reached or does not connect within the timeout
   */
  public static TcpTransport connect(
      int rank,
      Map<Integer, InetSocketAddress> peers,
      Port port,
      JobSecret secret,
      Duration timeout) {
    TcpTransport transport = new TcpTransport(rank);
    Deadline deadline = Deadline.after(timeout);
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
      int rank, int peer, InetSocketAddress address, JobSecret secret, Deadline deadline) {
    try {
      // The port of the peer is already open, because every rank opens its port before it sends the
      // address to node 0.
      return Retry.connect(deadline, () -> call(rank, address, secret, deadline));
    } catch (IOException e) {
      throw new PeerLostException(
          "Rank %d cannot be reached at %s:%d: %s. Check that the hosts of the job can open connections to each other."
              .formatted(peer, address.getHostString(), address.getPort(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerLostException("Interrupted while calling rank " + peer + ".", e);
    }
  }

  private static SocketChannel call(
      int rank, InetSocketAddress address, JobSecret secret, Deadline deadline) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().connect(address, deadline.remainingMillis());
      Handshake.call(channel.socket(), Handshake.Role.RANK, secret);
      new DataOutputStream(channel.socket().getOutputStream()).writeInt(rank);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private void add(int peer, SocketChannel channel) {
    links.put(peer, new PeerLink(channel, "rank " + peer, pool));
  }

  @Override
  public void send(int toRank, Stream stream, NDArray tensor) {
    ByteBuffer buffer = pool.take(Tensors.bytes(tensor));
    // A flat (one-dimensional) tensor is contiguous in memory. For a contiguous tensor, the method
    // contents() makes no copy. A copy of the tensor's contents would stay in memory as long as the
    // tensor's manager exists.
    try (NDArray flat = tensor.reshape(-1)) {
      buffer.put(0, Tensors.contents(flat), 0, buffer.limit());
    }
    links.get(toRank).send(stream.ordinal(), buffer);
  }

  @Override
  public NDArray receive(
      int fromRank, Stream stream, Shape shape, DataType type, NDManager manager) {
    int bytes = Math.toIntExact(shape.size() * type.getNumOfBytes());
    ByteBuffer buffer = links.get(fromRank).receive(stream.ordinal(), bytes);
    // The received tensor is a copy of the buffer's contents. The received tensor must not share
    // the buffer's memory, because the buffer returns to the pool.
    try (NDArray view = manager.create(buffer, shape, type)) {
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
  public void awaitSums() {
    // There is nothing to wait for, because the method sum of a TcpGroup returns only when the sum
    // is done.
  }

  @Override
  public void send(int toRank, int number, byte[] message) {
    ByteBuffer buffer = pool.take(message.length);
    buffer.put(0, message);
    links.get(toRank).send(number, buffer);
  }

  @Override
  public byte[] receive(int fromRank, int number, Deadline deadline) {
    ByteBuffer buffer = links.get(fromRank).receive(number, deadline);
    if (buffer == null) {
      return null;
    }
    byte[] message = new byte[buffer.remaining()];
    buffer.get(message);
    pool.give(buffer);
    return message;
  }

  @Override
  public void finish() {
    links.values().forEach(PeerLink::sayGoodbye);
  }

  @Override
  public PeerLostException loss() {
    return links.values().stream()
        .map(PeerLink::loss)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  @Override
  public void close() {
    links.values().forEach(PeerLink::close);
  }
}
