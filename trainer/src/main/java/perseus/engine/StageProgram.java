package perseus.engine;

import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.RECOMPUTATION;

import java.util.ArrayList;
import java.util.List;
import perseus.control.PipeInstruction;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Step;

/**
 * What one rank of a pipeline does in an iteration, in order. A send that is followed by a receive
 * in the other direction is one instruction, as in Merak, whose instruction counts result.
 *
 * @param actions the instructions
 */
public record StageProgram(List<Action> actions) {

  /** Kinds of instructions. */
  public enum Kind {
    LOAD(PipeInstruction.LOAD),
    RECV_ACTIVATION(PipeInstruction.P2P),
    FORWARD(PipeInstruction.FORWARD),
    SEND_ACTIVATION(PipeInstruction.P2P),
    SEND_ACTIVATION_RECV_GRAD(PipeInstruction.P2P),
    RECV_GRAD(PipeInstruction.P2P),
    BACKWARD(PipeInstruction.BACKWARD),
    /** A forward once more, early, so that the backward is a pure one. */
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
  }

  /**
   * A microbatch at one of the rank's stages.
   *
   * @param chunk which of them, from 0; one rank has several where the schedule interleaves
   * @param microbatch from 0
   */
  public record Piece(int chunk, int microbatch) {}

  /**
   * One instruction.
   *
   * @param piece what it computes, loads or sends; null where nothing
   * @param received what it receives; null where nothing
   */
  public record Action(Kind kind, Piece piece, Piece received) {}

  /**
   * The program of a rank under a schedule.
   *
   * @param rank its place in the pipeline, from 0
   * @param ranks ranks of the pipeline
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
      } else if (instruction.equals(BACKWARD)) {
        if (!last) {
          receive(actions, Kind.RECV_GRAD, piece);
        }
        actions.add(new Action(recomputes ? Kind.PURE_BACKWARD : Kind.BACKWARD, piece, null));
        if (!first) {
          actions.add(new Action(Kind.SEND_GRAD, piece, null));
        }
      } else {
        throw new UserError(
            "No engine runs the %s of the training schedule %s.".formatted(instruction, schedule));
      }
    }
    actions.add(new Action(Kind.REDUCE_TIED_GRADS, null, null));
    actions.add(new Action(Kind.REDUCE_GRADS, null, null));
    actions.add(new Action(Kind.OPTIMIZER_STEP, null, null));
    return new StageProgram(List.copyOf(actions));
  }

  /** Adds a receive, to the send before it where that goes the other way. */
  private static void receive(List<Action> actions, Kind receive, Piece piece) {
    Action before = actions.isEmpty() ? null : actions.get(actions.size() - 1);
    Kind fused = null;
    if (before != null && receive == Kind.RECV_GRAD && before.kind == Kind.SEND_ACTIVATION) {
      fused = Kind.SEND_ACTIVATION_RECV_GRAD;
    } else if (before != null && receive == Kind.RECV_ACTIVATION && before.kind == Kind.SEND_GRAD) {
      fused = Kind.SEND_GRAD_RECV_ACTIVATION;
    }
    if (fused == null) {
      actions.add(new Action(receive, null, piece));
    } else {
      actions.set(actions.size() - 1, new Action(fused, before.piece, piece));
    }
  }

  /** The program as a scheduler sees it. */
  public List<PipeInstruction> pipeSchedule() {
    return actions.stream().map(action -> action.kind.pipeInstruction).toList();
  }
}
