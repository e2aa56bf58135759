package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Power states that one rank sets during an iteration, one per pipe instruction.
 *
 * @param rank global rank
 * @param powerStates power state of each pipe instruction, in order of execution: an SM clock in
 *     MHz or a power limit in watts, see {@link Mode}
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record FrequencySchedule(int rank, List<Integer> powerStates) {

  /** Returns the same power state for every pipe instruction. */
  static List<Integer> uniform(List<PipeInstruction> pipeSchedule, int powerState) {
    return Collections.nCopies(pipeSchedule.size(), powerState);
  }

  /**
   * Extends a plan to all pipe instructions. A computation gets its entry of the plan. Any other
   * instruction keeps the power state of the computation before it; before the first computation it
   * gets that of the first computation.
   *
   * @param computationStates a power state for each forward and backward, in order of execution; at
   *     least one
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
