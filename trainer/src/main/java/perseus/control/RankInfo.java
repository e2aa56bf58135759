package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * Description of one rank of a job for a scheduler.
 *
 * @param rank global rank
 * @param dpRank number of its pipeline
 * @param ppRank number of its pipeline stage
 * @param tpRank number of its tensor-parallel share of the stage
 * @param pipeSchedule instructions that the rank executes in an iteration, in order
 * @param powerStateRange power states that its GPU supports, highest first: clocks in MHz or power
 *     limits in watts
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RankInfo(
    int rank,
    int dpRank,
    int ppRank,
    int tpRank,
    List<PipeInstruction> pipeSchedule,
    List<Integer> powerStateRange) {

  /** Returns the number of computations in an iteration; a plan has an entry for each. */
  public int computations() {
    return (int) pipeSchedule.stream().filter(PipeInstruction::isComputation).count();
  }
}
