package perseus.agent.hosts;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import perseus.agent.wire.Hello;
import perseus.io.Interruption;
import perseus.io.UserError;
import perseus.wire.ControlLink;
import perseus.wire.Daemon;
import perseus.wire.Deadline;
import perseus.wire.Handshake;
import perseus.wire.Heartbeat;
import perseus.wire.HostName;
import perseus.wire.NodeZero;

/** Holds the connection of the agent on this node to node 0. All methods are thread-safe. */
public final class Node0Link implements AutoCloseable {
  private static final String ADVICE =
      "Start perseus-run on node 0, or correct MASTER_ADDR or --agent_addr.";

  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ControlLink link;
  private final String address;
  private final Map<Integer, CompletableFuture<FromNode0.Answer>> asked = new ConcurrentHashMap<>();
  private volatile String loss;
  private volatile boolean closed;

  private Node0Link(ControlLink link, String address) {
    this.link = link;
    this.address = address;
  }

  /**
   * Connects to node 0, and waits until the agents of all other nodes have connected too. This node
   * waits 10 seconds longer than node 0, so that node 0 can tell it which nodes are missing.
   *
   * @param report function that receives sentences for the user
   * @throws UserError if node 0 does not answer or refuses this node, or if the connection ends
   */
  public static Node0Link join(AgentNodes nodes, Consumer<String> report) {
    String address = nodes.address() + ":" + nodes.port();
    Node0Link joined =
        new Node0Link(
            NodeZero.call(
                new InetSocketAddress(nodes.address(), nodes.port()),
                Handshake.Role.AGENT,
                nodes.secret(),
                nodes.timeout(),
                ADVICE,
                report),
            address);
    try {
      joined.link.setReadTimeout(Heartbeat.SILENCE_LIMIT);
      joined.link.send(
          new ToNode0.Joined(nodes.node(), nodes.nodes(), HostName.get(), nodes.settings()));
      Heartbeat.start(joined.link, new ToNode0.Alive(), "sends heartbeats to node 0");
      joined.awaitComplete(nodes, report);
      return joined;
    } catch (IOException e) {
      joined.close();
      throw new UserError(
          "Node 0 at %s ended before all nodes had connected. Look for the cause in its output."
              .formatted(address),
          e);
    } catch (RuntimeException e) {
      joined.close();
      throw e;
    }
  }

  private void awaitComplete(AgentNodes nodes, Consumer<String> report) throws IOException {
    Deadline deadline = Deadline.after(nodes.timeout().plus(GRACE));
    while (true) {
      FromNode0 message = link.read(FromNode0.class);
      if (deadline.isPassed()) {
        throw new UserError(
            "The other nodes did not connect to node 0 at %s within %d s. Start perseus-run on every node, or give a larger --rendezvous_timeout."
                .formatted(address, nodes.timeout().toSeconds()));
      } else if (message instanceof FromNode0.Refused refused) {
        throw new UserError(refused.reason());
      } else if (message instanceof FromNode0.Complete complete) {
        report.accept(
            "This is node %d of %d. Node 0 on %s chooses the clocks and says what it measures."
                .formatted(nodes.node(), nodes.nodes(), complete.host()));
        return;
      }
    }
  }

  /**
   * Starts a thread that reads the messages of node 0.
   *
   * @param handler function that receives the messages
   * @param lost function that receives a sentence for the user if the connection to node 0 is lost
   */
  public void listen(Consumer<FromNode0> handler, Consumer<String> lost) {
    Daemon.start(
        () -> {
          try {
            while (true) {
              FromNode0 message = link.read(FromNode0.class);
              if (message instanceof FromNode0.Answer answer) {
                complete(answer);
              } else {
                handler.accept(message);
              }
            }
          } catch (IOException e) {
            link.close();
            if (closed) {
              return;
            }
            loss = Loss.sentence("Node 0 at " + address, e);
            asked.values().forEach(answer -> answer.completeExceptionally(new UserError(loss)));
            lost.accept(loss);
          }
        },
        "reads from node 0");
  }

  private void complete(FromNode0.Answer answer) {
    CompletableFuture<FromNode0.Answer> question = asked.remove(answer.rank());
    if (question != null) {
      question.complete(answer);
    }
  }

  /**
   * Asks node 0 whether a rank may join the job, and waits for the answer.
   *
   * @param gpu UUID of the rank's GPU; null if the GPU is simulated
   * @return the answer of node 0, which says that the rank may join the job
   * @throws UserError if the rank may not join the job, or if the connection to node 0 is lost
   */
  public FromNode0.Answer ask(Hello hello, String gpu) {
    CompletableFuture<FromNode0.Answer> answer = new CompletableFuture<>();
    if (asked.putIfAbsent(hello.rank(), answer) != null) {
      throw new UserError(
          "Two processes say at once that they are rank %d.".formatted(hello.rank()));
    }
    send(new ToNode0.RankJoined(hello, gpu));
    if (loss != null) {
      throw new UserError(loss);
    }
    try {
      FromNode0.Answer answered = answer.get();
      if (answered.problem() != null) {
        throw new UserError(answered.problem());
      }
      return answered;
    } catch (ExecutionException e) {
      throw new UserError(e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      throw Interruption.ofRun(e);
    }
  }

  /**
   * Sends a message to node 0. If the connection is lost, the method {@code send} throws no error,
   * because the thread that reads messages reports the loss.
   */
  public void send(ToNode0 message) {
    try {
      link.send(message);
    } catch (IOException e) {
      link.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    link.close();
  }
}
