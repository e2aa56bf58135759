package perseus.agent.hosts;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import perseus.io.UserError;

/** Holds the connections of node 0 to the agents of all other nodes. */
public final class OtherNodes implements AutoCloseable {
  private final AgentPort port;
  private final List<NodeAgent> agents;

  private OtherNodes(AgentPort port, List<NodeAgent> agents) {
    this.port = port;
    this.agents = agents;
  }

  /**
   * Waits until the agents of all other nodes have connected.
   *
   * @param report function that receives sentences for the user
   * @throws UserError if an agent does not connect in time, or does not belong to the job
   */
  public static OtherNodes join(AgentNodes nodes, Consumer<String> report) {
    if (!nodes.areSeveral()) {
      return new OtherNodes(null, List.of());
    }
    AgentPort port = AgentPort.open(nodes);
    try {
      return new OtherNodes(port, port.awaitAll(report));
    } catch (RuntimeException e) {
      port.close();
      throw e;
    }
  }

  /**
   * Tells the agents of the other nodes to start their training commands.
   *
   * @param handler object that receives the messages of the agents
   */
  public void start(NodeAgent.Handler handler) {
    if (port != null) {
      port.start(handler);
    }
  }

  /** Sends a message to all other nodes. */
  public void send(FromNode0 message) {
    agents.forEach(agent -> agent.send(message));
  }

  /**
   * Tells all other nodes to write the files of their ranks, and waits until the files are written.
   *
   * @return host and directory, as host:directory, of each node that does not share the directory
   *     of node 0
   * @throws UserError if a node could not write its files, or if the connection to a node is lost
   */
  public List<String> publish(FromNode0.Publish message) {
    send(message);
    return agents.stream().flatMap(agent -> agent.awaitPublished().stream()).toList();
  }

  /**
   * Waits at most the given number of seconds until the training commands of all other nodes have
   * ended.
   */
  public void awaitEnded(int seconds) {
    CompletableFuture<?>[] ends =
        agents.stream().map(NodeAgent::ended).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // The training command of another node may still run. It cannot end another iteration,
      // because the ranks of this node have ended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    if (port != null) {
      port.close();
    }
  }
}
