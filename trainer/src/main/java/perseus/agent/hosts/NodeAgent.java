package perseus.agent.hosts;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import perseus.agent.wire.Hello;
import perseus.io.Interruption;
import perseus.io.UserError;
import perseus.wire.ControlLink;
import perseus.wire.Heartbeat;

/** Holds the connection of node 0 to the agent of another node. All methods are thread-safe. */
public final class NodeAgent {
  private static final int ANSWER_SECONDS = 60;

  private final int node;
  private final String host;
  private final ControlLink link;
  private final Map<Rank, CompletableFuture<RoundReport>> collected = new ConcurrentHashMap<>();
  private final CompletableFuture<ToNode0.Published> published = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile String loss;
  private volatile Handler handler;

  /**
   * Receives the messages of the agent of another node. The thread that reads messages of the agent
   * calls the methods of {@code Handler}.
   */
  public interface Handler {
    /**
     * Receives the question whether a rank may join the job. The method {@code rankJoined} returns
     * at once; the answer is sent later as a message {@link FromNode0.Answer}.
     */
    void rankJoined(NodeAgent agent, Hello hello, String gpu);

    void state(ToNode0.State state);

    void commandEnded();

    /**
     * @param sentence sentence for the user that says which agent has lost its connection, and why
     */
    void lost(String sentence);
  }

  private record Rank(int rank, int start) {}

  NodeAgent(int node, String host, ControlLink link, Handler handler) {
    this.node = node;
    this.host = host;
    this.link = link;
    this.handler = handler;
  }

  public String host() {
    return host;
  }

  int node() {
    return node;
  }

  void handle(Handler newHandler) {
    handler = newHandler;
  }

  /** Reads messages until the connection to the agent ends. */
  void listen() {
    Heartbeat.start(link, new FromNode0.Alive(), "sends heartbeats to node " + node);
    try {
      while (true) {
        take(link.read(ToNode0.class));
      }
    } catch (IOException e) {
      link.close();
      loss = Loss.sentence("Node %d on %s".formatted(node, host), e);
      UserError problem = new UserError(loss, e);
      collected.values().forEach(answer -> answer.completeExceptionally(problem));
      published.completeExceptionally(problem);
      if (!ended.isDone()) {
        handler.lost(loss);
      }
      ended.complete(null);
    }
  }

  private void take(ToNode0 message) {
    if (message instanceof ToNode0.RankJoined joined) {
      handler.rankJoined(this, joined.hello(), joined.gpu());
    } else if (message instanceof ToNode0.State state) {
      handler.state(state);
    } else if (message instanceof ToNode0.Measured measured) {
      CompletableFuture<RoundReport> answer =
          collected.remove(new Rank(measured.rank(), measured.start()));
      if (answer != null) {
        answer.complete(measured.report());
      }
    } else if (message instanceof ToNode0.Published answer) {
      published.complete(answer);
    } else if (message instanceof ToNode0.CommandEnded) {
      ended.complete(null);
      handler.commandEnded();
    }
  }

  /**
   * Sends a message to the agent. If the connection is lost, the method {@code send} throws no
   * error, because the thread that reads messages reports the loss.
   */
  public void send(FromNode0 message) {
    try {
      link.send(message);
    } catch (IOException e) {
      link.close();
    }
  }

  /**
   * Asks the agent for the measurements of a rank under its current frequency schedule, and waits
   * for the answer.
   *
   * @throws UserError if the connection to the agent is lost, or if the agent does not answer
   */
  public RoundReport collect(int rank, int start) {
    CompletableFuture<RoundReport> answer = new CompletableFuture<>();
    collected.put(new Rank(rank, start), answer);
    send(new FromNode0.Collect(rank, start));
    return await(answer);
  }

  /**
   * Waits until the agent has written the files of its ranks.
   *
   * @return host and directory of the files, as host:directory; empty if the agent shares the
   *     directory with node 0
   * @throws UserError if the agent could not write the files, or if its connection is lost
   */
  Optional<String> awaitPublished() {
    ToNode0.Published answer = await(published);
    if (answer.problem() != null) {
      throw new UserError("Node %d on %s: %s".formatted(node, host, answer.problem()));
    }
    return Optional.ofNullable(answer.directory()).map(directory -> host + ":" + directory);
  }

  /**
   * Returns a future that completes when the training command of the agent has ended, or when its
   * connection is lost.
   */
  public CompletableFuture<Void> ended() {
    return ended;
  }

  private <T> T await(CompletableFuture<T> answer) {
    if (loss != null) {
      throw new UserError(loss);
    }
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new UserError(e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new UserError(
          "Node %d on %s has not answered for %d s.".formatted(node, host, ANSWER_SECONDS), e);
    } catch (InterruptedException e) {
      throw Interruption.ofRun(e);
    }
  }

  void close() {
    link.close();
  }
}
