package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Holds the power states (clocks or power limits) that one rank sets during an iteration, one for
 * each of its pipe instructions. A pipe instruction is a step of an iteration, such as a forward.
 *
 * @param rank global rank
 * @param powerStates power state of each pipe instruction, in order of execution; an SM clock in
 *     MHz or a power limit in watts, depending on the {@link Mode}
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record FrequencySchedule(int rank, List<Integer> powerStates) {

  /** Returns a list with the same power state for every pipe instruction. */
  static List<Integer> uniform(List<PipeInstruction> pipeSchedule, int powerState) {
    return Collections.nCopies(pipeSchedule.size(), powerState);
  }

  /**
   * Extends the power states of the computations to all pipe instructions. A computation is a
   * forward or a backward. Every other instruction gets the power state of the computation before
   * it. Instructions before the first computation get the power state of the first computation.
   *
   * @param computationStates power state of each computation, in order of execution; at least one
   */
  public static List<Integer> spread(
      List<PipeInstruction> pipeSchedule, List<Integer> computationStates) {
    List<Integer> states = new ArrayList<>(pipeSchedule.size());
    int next = 0;
    int state = computationStates.get(0);
    for (PipeInstruction instruction : pipeSchedule) {
      if (instruction.isComputation()) {
        state = computationStates.get(next++);
      }
      states.add(state);
    }
    return List.copyOf(states);
  }
}
