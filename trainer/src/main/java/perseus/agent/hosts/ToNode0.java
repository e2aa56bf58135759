package perseus.agent.hosts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report.Piece;
import perseus.pipeline.Instruction;

/**
 * Defines the messages that the agent of another node sends to node 0. In all messages, {@code
 * start} is the number of times that a launcher such as torchrun has restarted the ranks.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(ToNode0.Joined.class),
  @JsonSubTypes.Type(ToNode0.RankJoined.class),
  @JsonSubTypes.Type(ToNode0.State.class),
  @JsonSubTypes.Type(ToNode0.Measured.class),
  @JsonSubTypes.Type(ToNode0.Published.class),
  @JsonSubTypes.Type(ToNode0.CommandEnded.class),
  @JsonSubTypes.Type(ToNode0.Alive.class)
})
public sealed interface ToNode0 {
  /**
   * Says which node sends the messages of the connection. The message {@code Joined} is the first
   * message on a connection.
   *
   * @param settings names and values of the parameters that must be equal on all nodes
   */
  record Joined(int node, int nodes, String host, Map<String, String> settings)
      implements ToNode0 {}

  /**
   * Says that a rank has connected to its agent, and asks whether the rank may join the job.
   *
   * @param gpu UUID of the rank's GPU; null if the GPU is simulated
   */
  record RankJoined(Hello hello, String gpu) implements ToNode0 {}

  /**
   * Says how many iterations and instructions a rank has run.
   *
   * @param iterations number of iterations that the rank has ended
   * @param instructions number of instructions that the rank has reported
   * @param order instructions of the rank's first iteration, in order of execution; null if unknown
   *     or already sent
   * @param problem reason why the rank cannot be recorded or its clocks cannot be set; null if
   *     there is no problem
   * @param gone whether the connection of the rank has ended
   */
  record State(
      int rank,
      int start,
      int iterations,
      long instructions,
      List<Ran> order,
      String problem,
      boolean gone)
      implements ToNode0 {}

  /** Identifies an instruction in a form that can be written as JSON. */
  record Ran(String kind, int microbatch, int chunk) {
    public static Ran of(Piece piece) {
      return new Ran(piece.kind().name(), piece.microbatch(), piece.chunk());
    }

    public Piece piece() {
      return new Piece(new Instruction(kind), microbatch, chunk);
    }
  }

  /** Answers {@link FromNode0.Collect}. */
  record Measured(int rank, int start, RoundReport report) implements ToNode0 {}

  /**
   * Answers {@link FromNode0.Publish}.
   *
   * @param problem reason why the files of this node could not be written; null if they were
   *     written
   * @param directory directory of the files of this node; null if it is also the directory of node
   *     0
   */
  record Published(String problem, String directory) implements ToNode0 {}

  /**
   * Says that the training command of this node has ended, and that all messages of its ranks were
   * read.
   */
  record CommandEnded() implements ToNode0 {}

  /**
   * Says that the agent of this node is alive. The agent sends the message {@code Alive} every 2
   * seconds (heartbeat).
   */
  record Alive() implements ToNode0 {}
}
