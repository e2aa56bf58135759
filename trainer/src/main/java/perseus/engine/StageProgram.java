package perseus.engine;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.FORWARD_BACKWARD;
import static perseus.pipeline.Instruction.RECOMPUTATION;

import java.util.ArrayList;
import java.util.List;
import perseus.control.PipeInstruction;
import perseus.io.UserError;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Step;

/**
 * Lists the instructions that one rank of a pipeline executes in one iteration, in order. The
 * instructions are loads, forwards, backwards, sends, receives, gradient reductions and the
 * optimizer step.
 *
 * <p>A send to a neighbour and a following receive from the same neighbour form one fused
 * instruction, as in the training framework Merak.
 *
 * @param actions the instructions of the rank in the order of execution
 */
public record StageProgram(List<Action> actions) {

  /**
   * Lists the kinds of instructions. Each kind of instruction also holds the name that schedulers
   * use for this kind.
   */
  public enum Kind {
    LOAD(PipeInstruction.LOAD),
    RECV_ACTIVATION(PipeInstruction.P2P),
    FORWARD(PipeInstruction.FORWARD),
    SEND_ACTIVATION(PipeInstruction.P2P),
    SEND_ACTIVATION_RECV_GRAD(PipeInstruction.P2P),
    RECV_GRAD(PipeInstruction.P2P),
    BACKWARD(PipeInstruction.BACKWARD),
    /**
     * A backward that first repeats the forward of its microbatch. Schedules with recomputations
     * use this kind for the microbatches that have no {@link #RECOMPUTATION}.
     */
    FORWARD_BACKWARD(PipeInstruction.BACKWARD),
    /**
     * A recomputation repeats the forward of a microbatch before the gradient of the microbatch
     * arrives. After a recomputation, the backward of the microbatch need not repeat the forward.
     */
    RECOMPUTATION(PipeInstruction.FORWARD),
    PURE_BACKWARD(PipeInstruction.PURE_BACKWARD),
    SEND_GRAD(PipeInstruction.P2P),
    SEND_GRAD_RECV_ACTIVATION(PipeInstruction.P2P),
    REDUCE_TIED_GRADS(PipeInstruction.CC),
    REDUCE_GRADS(PipeInstruction.CC),
    OPTIMIZER_STEP(PipeInstruction.STEP);

    final PipeInstruction pipeInstruction;

    Kind(PipeInstruction pipeInstruction) {
      this.pipeInstruction = pipeInstruction;
    }

    /** Returns whether an instruction of this kind adds to the gradients of a stage. */
    public boolean isBackward() {
      return this == BACKWARD || this == FORWARD_BACKWARD || this == PURE_BACKWARD;
    }
  }

  /**
   * Identifies one microbatch on one of the rank's stages.
   *
   * @param chunk index of the stage among the rank's stages, from 0. A rank has several stages only
   *     if the pipeline schedule is interleaved.
   * @param microbatch number of the microbatch in the iteration, from 0
   */
  public record Piece(int chunk, int microbatch) {}

  /**
   * Describes one instruction of a rank.
   *
   * @param kind kind of the instruction
   * @param piece the stage and microbatch that the instruction computes, loads or sends; null if
   *     the instruction does not compute, load or send a microbatch
   * @param received the stage and microbatch whose tensor the instruction receives; null if the
   *     instruction receives nothing
   */
  public record Action(Kind kind, Piece piece, Piece received) {
    /**
     * Returns the name of the computation in the logs, which contains the stage if the rank has
     * several stages.
     *
     * @throws IllegalStateException if the action is not a computation
     */
    public Instruction logged() {
      return switch (kind) {
        case FORWARD -> ofChunk(FORWARD);
        case RECOMPUTATION -> ofChunk(RECOMPUTATION);
        case BACKWARD, PURE_BACKWARD -> ofChunk(BACKWARD);
        case FORWARD_BACKWARD -> ofChunk(FORWARD_BACKWARD);
        case OPTIMIZER_STEP -> Instruction.OPTIMIZER_STEP;
        default -> throw new IllegalStateException(kind + " is not a computation.");
      };
    }

    private Instruction ofChunk(Instruction instruction) {
      return new ChunkInstruction(instruction, piece.chunk).logged();
    }
  }

  /**
   * Lists the instructions of a rank in one iteration of a pipeline schedule.
   *
   * @param rank position of the rank in the pipeline, from 0
   * @param ranks number of ranks in the pipeline
   * @param microbatches number of microbatches in an iteration
   * @throws UserError if the pipeline schedule has an instruction that no engine can execute
   */
  public static StageProgram of(PipelineSchedule schedule, int rank, int ranks, int microbatches) {
    List<Step> computations = schedule.rankSteps(rank, ranks, microbatches);
    boolean recomputes =
        computations.stream().anyMatch(step -> step.instruction().equals(RECOMPUTATION));
    List<Action> actions = new ArrayList<>(3 * computations.size());
    for (Step computation : computations) {
      boolean first = computation.stage() == 0;
      boolean last = computation.stage() == ranks * schedule.virtualStages() - 1;
      Instruction instruction = computation.instruction();
      Piece piece = new Piece(computation.stage() / ranks, computation.microbatch());
      if (instruction.equals(FORWARD)) {
        if (!first) {
          receive(actions, Kind.RECV_ACTIVATION, piece);
        }
        if (first || last) {
          actions.add(new Action(Kind.LOAD, piece, null));
        }
        actions.add(new Action(Kind.FORWARD, piece, null));
        if (!last) {
          actions.add(new Action(Kind.SEND_ACTIVATION, piece, null));
        }
      } else if (instruction.equals(RECOMPUTATION)) {
        actions.add(new Action(Kind.RECOMPUTATION, piece, null));
      } else if (instruction.equals(BACKWARD) || instruction.equals(FORWARD_BACKWARD)) {
        if (!last) {
          receive(actions, Kind.RECV_GRAD, piece);
        }
        Kind backward = recomputes ? Kind.PURE_BACKWARD : Kind.BACKWARD;
        actions.add(
            new Action(
                instruction.equals(BACKWARD) ? backward : Kind.FORWARD_BACKWARD, piece, null));
        if (!first) {
          actions.add(new Action(Kind.SEND_GRAD, piece, null));
        }
      } else {
        throw new UserError(
            "The training schedule %s has the instruction %s, which no engine can run."
                .formatted(schedule, instruction));
      }
    }
    actions.add(new Action(Kind.REDUCE_TIED_GRADS, null, null));
    actions.add(new Action(Kind.REDUCE_GRADS, null, null));
    actions.add(new Action(Kind.OPTIMIZER_STEP, null, null));
    return new StageProgram(List.copyOf(actions));
  }

  /**
   * Adds a receive to the instructions of a rank. If the last instruction sends to the neighbour
   * from which the rank receives, the method fuses both instructions.
   */
  private static void receive(List<Action> actions, Kind receive, Piece piece) {
    Action previous = actions.isEmpty() ? null : actions.get(actions.size() - 1);
    Kind sent = previous == null ? null : previous.kind;
    Kind fused = null;
    if (receive == Kind.RECV_GRAD && sent == Kind.SEND_ACTIVATION) {
      fused = Kind.SEND_ACTIVATION_RECV_GRAD;
    } else if (receive == Kind.RECV_ACTIVATION && sent == Kind.SEND_GRAD) {
      fused = Kind.SEND_GRAD_RECV_ACTIVATION;
    }
    if (fused == null) {
      actions.add(new Action(receive, null, piece));
    } else {
      actions.set(actions.size() - 1, new Action(fused, previous.piece, piece));
    }
  }

  /** Returns for each instruction of the rank the name that schedulers use for it. */
  public List<PipeInstruction> pipeSchedule() {
    return actions.stream().map(action -> action.kind.pipeInstruction).toList();
  }
}
