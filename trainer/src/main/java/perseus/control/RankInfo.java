package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * One rank as a scheduler knows it.
 *
 * @param rank global rank
 * @param dpRank which pipeline
 * @param ppRank which stage
 * @param tpRank which share of the stage
 * @param pipeSchedule what it does in one iteration, in order
 * @param powerStateRange the clocks in MHz that its GPU supports, highest first
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RankInfo(
    int rank,
    int dpRank,
    int ppRank,
    int tpRank,
    List<PipeInstruction> pipeSchedule,
    List<Integer> powerStateRange) {

  /** Number of computations in an iteration: what a plan has an entry for. */
  public int computations() {
    return (int) pipeSchedule.stream().filter(PipeInstruction::isComputation).count();
  }
}
