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
import perseus.io.UserError;
import perseus.job.Event;
import perseus.job.Heartbeat;
import perseus.job.NodeSettings;
import perseus.wire.Acceptor;
import perseus.wire.ControlLink;
import perseus.wire.Handshake;
import perseus.wire.JobSecret;

/**
 * The port at which a job meets: lets in who knows its secret, and queues what they say. Where a
 * node is the only one, it is open on this host alone.
 */
public final class JobPort implements AutoCloseable {
  private final ServerSocket server;
  private final JobSecret launcherSecret;
  private final JobSecret rankSecret;
  private final Acceptor acceptor;
  private final BlockingQueue<Arrival> events = new LinkedBlockingQueue<>();

  /**
   * Something that happened.
   *
   * @param member to whom; null for this node's own launcher
   * @param report what it said; null where its connection has ended
   */
  record Arrival(Peer member, Event report) {}

  private JobPort(ServerSocket server, NodeSettings node) {
    this.server = server;
    // Within one host nobody but this process hands the secret out.
    this.rankSecret = node.secret() == null ? JobSecret.random() : JobSecret.of(node.secret());
    this.launcherSecret =
        node.secret() == null && node.nodes() > 1 ? JobSecret.of("") : this.rankSecret;
    this.acceptor =
        new Acceptor(
            server,
            caller -> caller == Handshake.Role.LAUNCHER ? launcherSecret : rankSecret,
            this::admit,
            "accepts connections of the job");
  }

  /**
   * Opens the port at which the job meets: on this host alone where it is the only one.
   *
   * @throws UserError if the port is in use, or the address is not this host's
   */
  public static JobPort open(NodeSettings node) {
    try {
      ServerSocket server = new ServerSocket();
      // A port that an earlier job has just let go of is free.
      server.setReuseAddress(true);
      try {
        server.bind(bindAddress(node), 4096);
      } catch (IOException e) {
        server.close();
        throw e;
      }
      return new JobPort(server, node);
    } catch (UnknownHostException e) {
      throw new UserError("MASTER_ADDR=%s names no host.".formatted(node.masterAddress()), e);
    } catch (BindException e) {
      String reason = String.valueOf(e.getMessage());
      if (reason.contains("assign")) {
        throw new UserError(
            "MASTER_ADDR=%s is no address of this host, on which node 0 was started."
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

  /** Where this host's own launcher connects to. */
  public InetSocketAddress localAddress() {
    InetAddress bound = server.getInetAddress();
    return new InetSocketAddress(
        bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound,
        server.getLocalPort());
  }

  /** What launchers prove themselves with. */
  public JobSecret launcherSecret() {
    return launcherSecret;
  }

  /** What ranks prove themselves with. */
  JobSecret rankSecret() {
    return rankSecret;
  }

  /** Its number. */
  int number() {
    return server.getLocalPort();
  }

  boolean isClosed() {
    return server.isClosed();
  }

  /** Adds what this node's own launcher says. */
  void add(Event report) {
    events.add(new Arrival(null, report));
  }

  private Runnable admit(Socket socket, Handshake.Role role) throws IOException {
    ControlLink link = new ControlLink(socket);
    link.setSilenceLimit(Heartbeat.SILENCE_LIMIT);
    Event first = link.read(Event.class);
    Peer member = member(role, link, first);
    if (!member.launcher() || member.number() == 0) {
      // The coordinator counts a rank's heartbeats, and this process is node 0's.
      link.setSilenceLimit(Duration.ZERO);
    }
    events.add(new Arrival(member, first));
    return () -> listen(member);
  }

  private void listen(Peer member) {
    try {
      while (true) {
        Event report = member.link().read(Event.class);
        member.heard();
        if (!(report instanceof Event.Alive)) {
          events.add(new Arrival(member, report));
        }
      }
    } catch (IOException e) {
      events.add(new Arrival(member, null));
      // One that is silent does not read either: who tells it something would wait for ever.
      member.link().close();
    }
  }

  private static Peer member(Handshake.Role role, ControlLink link, Event first)
      throws IOException {
    if (role == Handshake.Role.LAUNCHER && first instanceof Event.NodeJoined joined) {
      return new Peer(true, joined.node(), link);
    }
    if (role == Handshake.Role.RANK && first instanceof Event.RankJoined joined) {
      return new Peer(false, joined.rank(), link);
    }
    throw new IOException("it does not begin with who it is");
  }

  /**
   * Waits for the next event.
   *
   * @param deadline in System.nanoTime(), or Long.MAX_VALUE for ever
   * @return null if none came in time
   */
  Arrival poll(long deadline) {
    try {
      return deadline == Long.MAX_VALUE
          ? events.take()
          : events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserError("The run was interrupted.", e);
    }
  }

  @Override
  public void close() {
    acceptor.close();
  }
}
