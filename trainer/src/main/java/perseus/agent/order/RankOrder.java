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
 * whole iteration.
 *
 * @param pieces the instructions in the order in which they started
 */
public record RankOrder(List<Piece> pieces) {
  public RankOrder {
    pieces = List.copyOf(pieces);
  }

  /** Returns the names that schedulers use for the instructions. */
  public List<PipeInstruction> pipeSchedule() {
    return pieces.stream().map(piece -> pipeInstruction(piece.kind())).toList();
  }

  /**
   * Returns the name that schedulers use for an instruction. Their protocol has three names of
   * computations, so that the two parts of a divided backward get the names of two kinds of
   * backward. Only the fact that they are computations matters to a scheduler.
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

  /** Returns whether a plan chooses the clock of an instruction. */
  public static boolean isComputation(Piece piece) {
    return pipeInstruction(piece.kind()).isComputation();
  }

  /** Returns the number of microbatches: how many forwards the rank's first chunk runs. */
  public int microbatches() {
    return (int)
        pieces.stream()
            .filter(piece -> piece.chunk() == 0)
            .filter(piece -> pipeInstruction(piece.kind()) == PipeInstruction.FORWARD)
            .filter(piece -> !piece.kind().equals(Instruction.RECOMPUTATION))
            .count();
  }

  /**
   * Returns the computations and their clocks as the JSON of a schedule.
   *
   * @param clocks clock of each instruction in MHz
   */
  public String schedule(List<Integer> clocks) {
    return IntStream.range(0, pieces.size())
        .filter(i -> isComputation(pieces.get(i)))
        .mapToObj(i -> "[\"" + pieces.get(i).kind().name() + "\"," + clocks.get(i) + "]")
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** Returns the computations, which are the instructions whose clock a plan chooses. */
  public List<Step> computations(Hello hello) {
    return pieces.stream()
        .filter(RankOrder::isComputation)
        .map(piece -> new Step(hello.stage(piece.chunk()), piece.kind(), piece.microbatch()))
        .toList();
  }
}
