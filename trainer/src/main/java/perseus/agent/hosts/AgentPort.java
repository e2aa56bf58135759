package perseus.agent.hosts;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import perseus.agent.wire.Hello;
import perseus.io.Interruption;
import perseus.io.Named;
import perseus.io.UserError;
import perseus.wire.Acceptor;
import perseus.wire.ControlLink;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.Heartbeat;
import perseus.wire.HostName;
import perseus.wire.JobSecret;

/**
 * Listens on node 0 for the agents of the other nodes, and checks that they belong to the job. The
 * TCP port stays open until the job ends, so that agents of another job receive the reason why they
 * are refused.
 */
public final class AgentPort implements AutoCloseable {
  /**
   * Maximum time that the port stays open after the job has failed, so that refused agents can read
   * the reason.
   */
  private static final Duration REFUSAL = Duration.ofSeconds(3);

  private final AgentNodes nodes;
  private final ServerSocket server;
  private final Acceptor acceptor;

  // The lock of the AgentPort object protects the fields from "joined" to "refusing".
  private final Map<Integer, NodeAgent> joined = new TreeMap<>();
  private String problem;
  private boolean closed;
  private int refusing;

  private AgentPort(AgentNodes nodes, ServerSocket server) {
    this.nodes = nodes;
    this.server = server;
    JobSecret ofOthers = JobSecret.random();
    acceptor =
        new Acceptor(
            server,
            role -> role == Handshake.Role.AGENT ? nodes.secret() : ofOthers,
            this::admit,
            "accepts other agents");
  }

  /**
   * Opens the port.
   *
   * @throws UserError if the port cannot be opened, for example because another job uses it
   */
  public static AgentPort open(AgentNodes nodes) {
    try {
      ServerSocket server = new ServerSocket();
      server.setReuseAddress(true);
      try {
        server.bind(address(nodes));
      } catch (IOException e) {
        server.close();
        throw e;
      }
      return new AgentPort(nodes, server);
    } catch (IOException e) {
      throw new UserError(
          "Node 0 cannot listen at port %d for the other nodes (%s); another job may use it. Give --agent_addr HOST:PORT with another port, on all nodes."
              .formatted(nodes.port(), e.getMessage()),
          e);
    }
  }

  /**
   * If the user has given a loopback address, node 0 listens only at this address. Otherwise it
   * listens at all addresses of the host.
   */
  private static InetSocketAddress address(AgentNodes nodes) throws UnknownHostException {
    InetAddress given = InetAddress.getByName(nodes.address());
    return given.isLoopbackAddress()
        ? new InetSocketAddress(given, nodes.port())
        : new InetSocketAddress(nodes.port());
  }

  public int number() {
    return server.getLocalPort();
  }

  private Runnable admit(Socket socket, Handshake.Role role) throws IOException {
    ControlLink link = new ControlLink(socket);
    link.setReadTimeout(Heartbeat.SILENCE_LIMIT);
    if (!(link.read(ToNode0.class) instanceof ToNode0.Joined agent)) {
      throw new IOException("its first message does not say which node it is");
    }
    synchronized (this) {
      if (closed) {
        throw new IOException("the job has ended");
      }
      boolean complete = joined.size() == nodes.nodes() - 1;
      String refusal = complete ? alreadyComplete() : problem == null ? refusal(agent) : problem;
      if (refusal == null) {
        NodeAgent accepted = new NodeAgent(agent.node(), agent.host(), link, new Joining());
        joined.put(agent.node(), accepted);
        notifyAll();
        return accepted::listen;
      }
      refusing++;
      if (!complete) {
        fail(refusal);
      }
      return () -> refuse(link, refusal);
    }
  }

  /**
   * Sends an agent the reason why it is refused, and waits until the agent closes the connection.
   */
  private void refuse(ControlLink link, String reason) {
    try (link) {
      link.send(new FromNode0.Refused(reason));
      while (true) {
        link.read(ToNode0.class);
      }
    } catch (IOException e) {
      synchronized (this) {
        refusing--;
        notifyAll();
      }
    }
  }

  private String alreadyComplete() {
    return "All %d nodes of the job at port %d of %s have connected already. If yours is another job, give it another port by --agent_addr HOST:PORT, on all its nodes."
        .formatted(nodes.nodes(), number(), HostName.get());
  }

  private String refusal(ToNode0.Joined agent) {
    String who = "Node %d on %s".formatted(agent.node(), agent.host());
    if (agent.nodes() != nodes.nodes()) {
      return "%s belongs to a job of %d nodes, node 0 to a job of %d; start all nodes of a job with the same --nnodes or NNODES."
          .formatted(who, agent.nodes(), nodes.nodes());
    }
    if (agent.node() < 1 || agent.node() >= nodes.nodes() || joined.containsKey(agent.node())) {
      return "%s has a number that another node has, or that is not among 0 to %d; give each node its own --node_rank or NODE_RANK."
          .formatted(who, nodes.nodes() - 1);
    }
    for (Map.Entry<String, String> mine : nodes.settings().entrySet()) {
      String theirs = agent.settings().get(mine.getKey());
      if (!mine.getValue().equals(theirs)) {
        return "%s was started with %s %s, node 0 with %s; start all nodes of a job with the same settings."
            .formatted(who, mine.getKey(), theirs, mine.getValue());
      }
    }
    return null;
  }

  private synchronized void fail(String reason) {
    if (problem == null) {
      problem = reason;
      notifyAll();
    }
  }

  /**
   * Waits until the agents of all other nodes have connected.
   *
   * @throws UserError if an agent does not connect in time, loses its connection, or does not
   *     belong to the job. All connected agents receive the error message too.
   */
  public synchronized List<NodeAgent> awaitAll(Consumer<String> report) {
    Deadline deadline = Deadline.after(nodes.timeout());
    List<Integer> missing = missing();
    if (!missing.isEmpty()) {
      report.accept("Waiting at port %d for %s.".formatted(number(), names(missing)));
      if (nodes.secret() == JobSecret.NONE) {
        report.accept(JobSecret.warning(number()));
      }
    }
    while (problem == null && !missing.isEmpty()) {
      if (deadline.isPassed()) {
        problem =
            "%s did not connect within %d s. Start perseus-run with the same settings on each host, and check that it can connect to port %d of %s."
                .formatted(
                    Named.capitalized(names(missing)),
                    nodes.timeout().toSeconds(),
                    number(),
                    HostName.get());
      } else {
        await(deadline);
        missing = missing();
      }
    }
    if (problem != null) {
      joined.values().forEach(agent -> agent.send(new FromNode0.Refused(problem)));
      Deadline end = Deadline.after(REFUSAL);
      while (refusing > 0 && !end.isPassed()) {
        await(end);
      }
      throw new UserError(problem);
    }
    return List.copyOf(joined.values());
  }

  private void await(Deadline deadline) {
    try {
      wait(deadline.remainingMillis());
    } catch (InterruptedException e) {
      throw Interruption.ofRun(e);
    }
  }

  private List<Integer> missing() {
    return IntStream.range(1, nodes.nodes())
        .filter(node -> !joined.containsKey(node))
        .boxed()
        .toList();
  }

  private static String names(List<Integer> nodes) {
    return nodes.size() == 1 ? "node " + nodes.get(0) : "the nodes " + nodes;
  }

  /**
   * Tells all agents that every node has connected.
   *
   * @param handler object that receives all later messages of the agents
   */
  public synchronized void start(NodeAgent.Handler handler) {
    joined.values().forEach(agent -> agent.handle(handler));
    joined.values().forEach(agent -> agent.send(new FromNode0.Complete(HostName.get())));
  }

  @Override
  public void close() {
    acceptor.close();
    synchronized (this) {
      closed = true;
      joined.values().forEach(NodeAgent::close);
    }
  }

  /**
   * Handles the messages of agents until all agents have connected. Before all agents have
   * connected, agents may not send messages about ranks.
   */
  private final class Joining implements NodeAgent.Handler {
    @Override
    public void rankJoined(NodeAgent agent, Hello hello, String gpu) {
      fail(
          "Node %d sent a rank before all nodes had connected. Start all nodes with the same version of Perseus."
              .formatted(agent.node()));
    }

    @Override
    public void state(ToNode0.State state) {
      // No rank has connected yet, so no agent sends a message about a rank.
    }

    @Override
    public void commandEnded() {
      // No agent has started its training command, because not all agents have connected.
    }

    @Override
    public void lost(String sentence) {
      fail(sentence);
    }
  }
}
