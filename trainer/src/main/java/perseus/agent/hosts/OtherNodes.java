package perseus.agent.hosts;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import perseus.io.UserError;

/** Holds node 0's connections to the agents of all other nodes. A job of one node has none. */
public final class OtherNodes implements AutoCloseable {
  private final AgentPort port;
  private final List<NodeAgent> agents;

  private OtherNodes(AgentPort port, List<NodeAgent> agents) {
    this.port = port;
    this.agents = agents;
  }

  /**
   * Waits until the agents of all other nodes have joined.
   *
   * @param report receives sentences for the user
   * @throws UserError if an agent does not come, or does not belong to the job
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
   * Lets the other nodes start their commands.
   *
   * @param handler receives their messages
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
   * Lets all other nodes write the files of their ranks, and waits until they have done so.
   *
   * @return the hosts and directories of files that are not in node 0's directory
   * @throws UserError if a node could not write its files, or is lost
   */
  public List<String> publish(FromNode0.Publish message) {
    send(message);
    return agents.stream().flatMap(agent -> agent.awaitPublished().stream()).toList();
  }

  /** Waits, for a limited time, until the commands of all other nodes have ended. */
  public void awaitEnded(int seconds) {
    CompletableFuture<?>[] ends =
        agents.stream().map(NodeAgent::ended).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(seconds, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      // Their commands may run longer, but iterations need all ranks.
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
