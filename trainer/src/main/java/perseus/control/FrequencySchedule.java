package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The clocks of one rank's iteration.
 *
 * @param rank global rank
 * @param powerStates a clock in MHz for each of the rank's pipe instructions
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record FrequencySchedule(int rank, List<Integer> powerStates) {

  /** One clock for every instruction. */
  static List<Integer> uniform(List<PipeInstruction> pipeSchedule, int clockMhz) {
    return Collections.nCopies(pipeSchedule.size(), clockMhz);
  }

  /**
   * Spreads a plan over the pipe instructions: a computation gets its entry, others keep the clock
   * of the computation before them, and those before the first computation get that one's.
   *
   * @param computationClocks a clock per forward and backward, in the order of execution
   */
  public static List<Integer> spread(
      List<PipeInstruction> pipeSchedule, List<Integer> computationClocks) {
    List<Integer> states = new ArrayList<>(pipeSchedule.size());
    int next = 0;
    int clock = computationClocks.get(0);
    for (PipeInstruction instruction : pipeSchedule) {
      if (instruction.isComputation()) {
        clock = computationClocks.get(next++);
      }
      states.add(clock);
    }
    return List.copyOf(states);
  }
}
