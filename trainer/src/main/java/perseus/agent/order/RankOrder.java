package perseus.agent.order;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.agent.wire.Hello;
import perseus.agent.wire.Report.Piece;
import perseus.control.PipeInstruction;
import perseus.pipeline.Instruction;
import perseus.pipeline.Step;

/**
 * Holds the order in which a rank executes the instructions of an iteration, learnt from its first
 * iteration.
 *
 * @param pieces instructions of an iteration, in the order in which the rank has reported them
 */
public record RankOrder(List<Piece> pieces) {
  public RankOrder {
    pieces = List.copyOf(pieces);
  }

  /** Returns the names that schedulers use for the instructions, in order of execution. */
  public List<PipeInstruction> pipeSchedule() {
    return pieces.stream().map(piece -> pipeInstruction(piece.kind())).toList();
  }

  /**
   * Returns the name that schedulers use for an instruction. Schedulers have only three names for
   * forwards and backwards: forward, backward and pure backward. A recomputation is called a
   * forward. If a backward is divided, the half for the weights is called a pure backward, and the
   * other half is called a backward.
   */
  public static PipeInstruction pipeInstruction(Instruction kind) {
    return switch (kind.name()) {
      case "load" -> PipeInstruction.LOAD;
      case "forward", "recomputation" -> PipeInstruction.FORWARD;
      case "backward", "backward_input", "forward_backward" -> PipeInstruction.BACKWARD;
      case "weight_backward" -> PipeInstruction.PURE_BACKWARD;
      case "reduce_grads" -> PipeInstruction.CC;
      case "optimizer_step" -> PipeInstruction.STEP;
      default -> PipeInstruction.OTHER;
    };
  }

  /**
   * Returns whether the instruction is a forward or a backward. A plan chooses clocks only for
   * them.
   */
  public static boolean isComputation(Piece piece) {
    return pipeInstruction(piece.kind()).isComputation();
  }

  /**
   * Returns the number of microbatches in an iteration: the number of forwards of the rank's first
   * pipeline stage.
   */
  public int microbatches() {
    return (int)
        pieces.stream()
            .filter(piece -> piece.chunk() == 0)
            .filter(piece -> pipeInstruction(piece.kind()) == PipeInstruction.FORWARD)
            .filter(piece -> !piece.kind().equals(Instruction.RECOMPUTATION))
            .count();
  }

  /**
   * Returns the forwards and backwards with their clocks as JSON, in the form of a message to the
   * rank.
   *
   * @param clocks clock in MHz of each instruction, in order of execution
   */
  public String schedule(List<Integer> clocks) {
    return IntStream.range(0, pieces.size())
        .filter(i -> isComputation(pieces.get(i)))
        .mapToObj(i -> "[\"" + pieces.get(i).kind().name() + "\"," + clocks.get(i) + "]")
        .collect(Collectors.joining(",", "[", "]"));
  }

  /**
   * Returns the forwards and backwards of an iteration, for which a plan chooses clocks, in order
   * of execution.
   */
  public List<Step> computations(Hello hello) {
    return pieces.stream()
        .filter(RankOrder::isComputation)
        .map(piece -> new Step(hello.stage(piece.chunk()), piece.kind(), piece.microbatch()))
        .toList();
  }
}
