package perseus.engine;

import static perseus.recording.Instruction.BACKWARD;
import static perseus.recording.Instruction.FORWARD;
import static perseus.recording.Instruction.RECOMPUTATION;

import java.util.ArrayList;
import java.util.List;
import perseus.control.PipeInstruction;
import perseus.pipeline.Step;
import perseus.pipeline.TrainSchedule;
import perseus.recording.InputException;

/**
 * What one rank of a stage does in an iteration, in order. A send that is followed by a receive in
 * the other direction is one instruction, as in Merak, whose instruction counts result.
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
   * One instruction.
   *
   * @param microbatch which microbatch it computes, loads or sends; -1 where none
   * @param received which microbatch it receives; -1 where none
   */
  public record Action(Kind kind, int microbatch, int received) {}

  /** The program of a stage under a schedule. */
  public static StageProgram of(TrainSchedule schedule, int stage, int stages, int microbatches) {
    boolean first = stage == 0;
    boolean last = stage == stages - 1;
    List<Step> computations = schedule.steps(stage, stages, microbatches);
    boolean recomputes =
        computations.stream().anyMatch(step -> step.instruction().equals(RECOMPUTATION));
    List<Action> actions = new ArrayList<>(3 * computations.size());
    for (Step computation : computations) {
      int microbatch = computation.microbatch();
      if (computation.instruction().equals(FORWARD)) {
        if (!first) {
          receive(actions, Kind.RECV_ACTIVATION, microbatch);
        }
        if (first || last) {
          actions.add(new Action(Kind.LOAD, microbatch, -1));
        }
        actions.add(new Action(Kind.FORWARD, microbatch, -1));
        if (!last) {
          actions.add(new Action(Kind.SEND_ACTIVATION, microbatch, -1));
        }
      } else if (computation.instruction().equals(RECOMPUTATION)) {
        actions.add(new Action(Kind.RECOMPUTATION, microbatch, -1));
      } else if (computation.instruction().equals(BACKWARD)) {
        if (!last) {
          receive(actions, Kind.RECV_GRAD, microbatch);
        }
        Kind kind = recomputes ? Kind.PURE_BACKWARD : Kind.BACKWARD;
        actions.add(new Action(kind, microbatch, -1));
        if (!first) {
          actions.add(new Action(Kind.SEND_GRAD, microbatch, -1));
        }
      } else {
        throw new InputException(
            "No engine runs the %s of the training schedule %s."
                .formatted(computation.instruction(), schedule));
      }
    }
    actions.add(new Action(Kind.REDUCE_TIED_GRADS, -1, -1));
    actions.add(new Action(Kind.REDUCE_GRADS, -1, -1));
    actions.add(new Action(Kind.OPTIMIZER_STEP, -1, -1));
    return new StageProgram(List.copyOf(actions));
  }

  /** Adds a receive, to the send before it where that goes the other way. */
  private static void receive(List<Action> actions, Kind receive, int microbatch) {
    Action before = actions.isEmpty() ? null : actions.get(actions.size() - 1);
    Kind fused = null;
    if (before != null && receive == Kind.RECV_GRAD && before.kind == Kind.SEND_ACTIVATION) {
      fused = Kind.SEND_ACTIVATION_RECV_GRAD;
    } else if (before != null && receive == Kind.RECV_ACTIVATION && before.kind == Kind.SEND_GRAD) {
      fused = Kind.SEND_GRAD_RECV_ACTIVATION;
    }
    if (fused == null) {
      actions.add(new Action(receive, -1, microbatch));
    } else {
      actions.set(actions.size() - 1, new Action(fused, before.microbatch, microbatch));
    }
  }

  /** The program as a scheduler sees it. */
  public List<PipeInstruction> pipeSchedule() {
    return actions.stream().map(action -> action.kind.pipeInstruction).toList();
  }
}
