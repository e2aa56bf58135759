package perseus.engine;

import java.util.ArrayList;
import java.util.List;
import perseus.control.PipeInstruction;

/**
 * What one rank of a stage does in an iteration, in order. A send that is followed by a receive in
 * the other direction is one instruction, as in Merak, whose instruction counts result.
 *
 * @param steps the instructions
 */
record StageProgram(List<Step> steps) {

  /** Kinds of instructions. */
  enum Kind {
    LOAD(PipeInstruction.LOAD),
    RECV_ACTIVATION(PipeInstruction.P2P),
    FORWARD(PipeInstruction.FORWARD),
    SEND_ACTIVATION(PipeInstruction.P2P),
    SEND_ACTIVATION_RECV_GRAD(PipeInstruction.P2P),
    RECV_GRAD(PipeInstruction.P2P),
    BACKWARD(PipeInstruction.BACKWARD),
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
  record Step(Kind kind, int microbatch, int received) {}

  /** The program of a stage that computes in {@code order}. */
  static StageProgram of(ComputationOrder order, int stage, int stages, int microbatches) {
    boolean first = stage == 0;
    boolean last = stage == stages - 1;
    List<Step> steps = new ArrayList<>(6 * microbatches);
    for (ComputationOrder.Computation computation : order.of(stage, stages, microbatches)) {
      int microbatch = computation.microbatch();
      if (computation.forward()) {
        if (!first) {
          receive(steps, Kind.RECV_ACTIVATION, microbatch);
        }
        if (first || last) {
          steps.add(new Step(Kind.LOAD, microbatch, -1));
        }
        steps.add(new Step(Kind.FORWARD, microbatch, -1));
        if (!last) {
          steps.add(new Step(Kind.SEND_ACTIVATION, microbatch, -1));
        }
      } else {
        if (!last) {
          receive(steps, Kind.RECV_GRAD, microbatch);
        }
        steps.add(new Step(Kind.BACKWARD, microbatch, -1));
        if (!first) {
          steps.add(new Step(Kind.SEND_GRAD, microbatch, -1));
        }
      }
    }
    steps.add(new Step(Kind.REDUCE_TIED_GRADS, -1, -1));
    steps.add(new Step(Kind.REDUCE_GRADS, -1, -1));
    steps.add(new Step(Kind.OPTIMIZER_STEP, -1, -1));
    return new StageProgram(List.copyOf(steps));
  }

  /** Adds a receive, to the send before it where that goes the other way. */
  private static void receive(List<Step> steps, Kind receive, int microbatch) {
    Step before = steps.isEmpty() ? null : steps.get(steps.size() - 1);
    Kind fused = null;
    if (before != null && receive == Kind.RECV_GRAD && before.kind == Kind.SEND_ACTIVATION) {
      fused = Kind.SEND_ACTIVATION_RECV_GRAD;
    } else if (before != null && receive == Kind.RECV_ACTIVATION && before.kind == Kind.SEND_GRAD) {
      fused = Kind.SEND_GRAD_RECV_ACTIVATION;
    }
    if (fused == null) {
      steps.add(new Step(receive, -1, microbatch));
    } else {
      steps.set(steps.size() - 1, new Step(fused, before.microbatch, microbatch));
    }
  }

  /** The program as a scheduler sees it. */
  List<PipeInstruction> pipeSchedule() {
    return steps.stream().map(step -> step.kind.pipeInstruction).toList();
  }
}
