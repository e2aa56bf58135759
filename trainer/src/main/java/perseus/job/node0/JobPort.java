package perseus.job.node0;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import perseus.io.Interruption;
import perseus.io.UserError;
import perseus.job.Event;
import perseus.job.NodeSettings;
import perseus.wire.Acceptor;
import perseus.wire.ControlLink;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.Heartbeat;
import perseus.wire.JobSecret;

/**
 * Accepts the connections of all launchers and ranks of a job at a port of node 0. The class
 * authenticates the launchers and ranks, and queues the events that they send. A job of a single
 * node opens the port only on the loopback interface, unless the user sets an address.
 */
public final class JobPort implements AutoCloseable {
  /**
   * Maximum number of connections that wait at the port until this process accepts them. The number
   * is large because all ranks connect at about the same time.
   */
  private static final int BACKLOG = 4096;

  private final ServerSocket server;
  private final JobSecret launcherSecret;
  private final JobSecret rankSecret;
  private final Acceptor acceptor;
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

  /**
   * Holds an event and its sender, or reports that the connection of a peer (launcher or rank) has
   * ended.
   *
   * @param peer the sender; null if node 0's own process has added the event
   * @param event the event; null if the peer's connection has ended
   */
  record Arrival(Peer peer, Event event) {}

  private JobPort(ServerSocket server, NodeSettings node) {
    this.server = server;
    // If the user has set no secret, this process creates a random secret and gives it to the
    // ranks.
    this.rankSecret = node.secret() == null ? JobSecret.random() : node.secret();
    this.launcherSecret =
        node.secret() == null && node.nodes() > 1 ? JobSecret.NONE : this.rankSecret;
    this.acceptor =
        new Acceptor(
            server,
            role -> role == Handshake.Role.LAUNCHER ? launcherSecret : rankSecret,
            this::admit,
            "accepts connections of the job");
  }

  /**
   * Opens the port of node 0. If the job has several nodes, the port of node 0 is open on all
   * network interfaces. If the job has one node, the port is open on the address that the user has
   * set, or on the loopback interface.
   *
   * @throws UserError if the port is in use, or the address does not belong to this host
   */
  public static JobPort open(NodeSettings node) {
    try {
      ServerSocket server = new ServerSocket();
      // Without the option SO_REUSEADDR, the operating system would refuse a port that an earlier
      // job has just closed.
      server.setReuseAddress(true);
      try {
        server.bind(bindAddress(node), BACKLOG);
      } catch (IOException e) {
        server.close();
        throw e;
      }
      return new JobPort(server, node);
    } catch (UnknownHostException e) {
      throw new UserError(
          "The host MASTER_ADDR=%s is unknown; set it to the name or address of node 0."
              .formatted(node.masterAddress()),
          e);
    } catch (BindException e) {
      String reason = String.valueOf(e.getMessage());
      if (reason.contains("assign")) {
        throw new UserError(
            "MASTER_ADDR=%s is not an address of this host; start node 0 on the host that it names."
                .formatted(node.masterAddress()),
            e);
      }
      throw new UserError(
          "Port %d is in use; set MASTER_PORT to a free one%s."
              .formatted(node.masterPort(), node.nodes() > 1 ? " on all nodes" : ""),
          e);
    } catch (IOException e) {
      throw new UserError(
          "Port %d cannot be opened: %s.".formatted(node.masterPort(), e.getMessage()), e);
    }
  }

  private static InetSocketAddress bindAddress(NodeSettings node) throws UnknownHostException {
    if (node.nodes() > 1) {
      return new InetSocketAddress(node.masterPort());
    }
    return new InetSocketAddress(
        node.masterAddress() == null
            ? InetAddress.getLoopbackAddress()
            : InetAddress.getByName(node.masterAddress()),
        node.masterPort());
  }

  /** Returns the address to which the launcher of node 0 connects. */
  public InetSocketAddress localAddress() {
    InetAddress bound = server.getInetAddress();
    return new InetSocketAddress(
        bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound,
        server.getLocalPort());
  }

  /** Returns the secret with which launchers authenticate themselves to node 0. */
  public JobSecret launcherSecret() {
    return launcherSecret;
  }

  /** Returns the secret with which ranks authenticate themselves to node 0. */
  JobSecret rankSecret() {
    return rankSecret;
  }

  int number() {
    return server.getLocalPort();
  }

  boolean isClosed() {
    return server.isClosed();
  }

  /** Queues an event that comes from node 0's own process. */
  void add(Event event) {
    arrivals.add(new Arrival(null, event));
  }

  private Runnable admit(Socket socket, Handshake.Role role) throws IOException {
    ControlLink link = new ControlLink(socket);
    link.setReadTimeout(Heartbeat.SILENCE_LIMIT);
    Event first = link.read(Event.class);
    Peer peer = peer(role, link, first);
    if (!peer.isLauncher() || peer.number() == 0) {
      // Reading from a rank, or from the launcher of node 0, needs no timeout. The coordinator
      // itself notices ranks that send no messages. The launcher of node 0 runs in this process, so
      // it cannot be lost alone.
      link.setReadTimeout(Duration.ZERO);
    }
    arrivals.add(new Arrival(peer, first));
    return () -> listen(peer);
  }

  private void listen(Peer peer) {
    try {
      while (true) {
        Event event = peer.link().read(Event.class);
        peer.resetSilence();
        if (!(event instanceof Event.Alive)) {
          arrivals.add(new Arrival(peer, event));
        }
      }
    } catch (IOException e) {
      arrivals.add(new Arrival(peer, null));
      // A launcher or rank that sends nothing may also read nothing. A call that sends a command to
      // it may then wait without end. Closing the link ends such a call with an error.
      peer.link().close();
    }
  }

  private static Peer peer(Handshake.Role role, ControlLink link, Event first) throws IOException {
    if (role == Handshake.Role.LAUNCHER && first instanceof Event.NodeJoined joined) {
      return new Peer(true, joined.node(), link);
    }
    if (role == Handshake.Role.RANK && first instanceof Event.RankJoined joined) {
      return new Peer(false, joined.rank(), link);
    }
    throw new IOException("its first message does not say which node or rank it is");
  }

  /**
   * Waits for the next event of a launcher or a rank.
   *
   * @return the event and its sender; null if no event has arrived at the deadline
   * @throws UserError if the thread is interrupted
   */
  Arrival poll(Deadline deadline) {
    try {
      return arrivals.poll(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw Interruption.ofRun(e);
    }
  }

  /** Closes the port of node 0. The accepted connections of launchers and ranks stay open. */
  @Override
  public void close() {
    acceptor.close();
  }
}
