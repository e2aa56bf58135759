package perseus.agent.hosts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report.Piece;
import perseus.pipeline.Instruction;

/**
 * Defines the messages that the agent of another node sends to node 0. {@code start} is the number
 * of the start of the job, from 0, to which a rank belongs; a launcher such as torchrun may start
 * the ranks again.
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
   * Says which node this is. It is the first message.
   *
   * @param settings the settings that must be equal on all nodes
   */
  record Joined(int node, int nodes, String host, Map<String, String> settings)
      implements ToNode0 {}

  /**
   * Says that a rank has connected to its agent, and asks whether it may join the job.
   *
   * @param gpu UUID of its GPU; null if it is simulated
   */
  record RankJoined(Hello hello, String gpu) implements ToNode0 {}

  /**
   * Says how many iterations and instructions a rank has run.
   *
   * @param iterations number of iterations that it has ended
   * @param instructions number of instructions that it has reported
   * @param order the instructions of its first iteration in their order; null before its end, and
   *     if it was sent before
   * @param problem why it cannot be recorded or steered; null if it can
   * @param gone whether it has ended its connection
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

  /**
   * Identifies an instruction of the first iteration.
   *
   * @param kind name of its kind
   */
  record Ran(String kind, int microbatch, int chunk) {
    /** Describes an instruction. */
    public static Ran of(Piece piece) {
      return new Ran(piece.kind().name(), piece.microbatch(), piece.chunk());
    }

    /** Returns the instruction. */
    public Piece piece() {
      return new Piece(new Instruction(kind), microbatch, chunk);
    }
  }

  /** Answers {@link FromNode0.Collect}. */
  record Measured(int rank, int start, RoundReport report) implements ToNode0 {}

  /**
   * Answers {@link FromNode0.Publish}.
   *
   * @param problem why the recording of this node could not be written; null if it was
   * @param directory the directory of this node's files; null if node 0 uses the same directory
   */
  record Published(String problem, String directory) implements ToNode0 {}

  /** Says that the command of this node has ended, and that all messages of its ranks were read. */
  record CommandEnded() implements ToNode0 {}

  /** Says that this agent runs. */
  record Alive() implements ToNode0 {}
}
