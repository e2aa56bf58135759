package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Holds the power states (clocks or power limits) that one rank sets during an iteration. A
 * frequency schedule has one power state for each pipe instruction (step of the iteration, such as
 * a forward).
 *
 * @param rank global rank
 * @param powerStates SM clock in MHz or power limit in watts of each step of the iteration, in
 *     order of execution
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record FrequencySchedule(int rank, List<Integer> powerStates) {

  /**
   * Returns a list that contains the same power state (clock or power limit) for every step of the
   * iteration.
   */
  static List<Integer> uniform(List<PipeInstruction> pipeSchedule, int powerState) {
    return Collections.nCopies(pipeSchedule.size(), powerState);
  }

  /**
   * Converts the power states of an iteration's forwards and backwards to power states of all its
   * steps. A power state is a clock or a power limit. A step that is neither a forward nor a
   * backward gets the power state of the last forward or backward before it. Steps before the first
   * forward or backward of an iteration get the power state of this first forward or backward.
   *
   * @param computationStates power state of each forward and backward, in order of execution; at
   *     least one power state
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
