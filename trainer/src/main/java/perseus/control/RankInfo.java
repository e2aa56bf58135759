package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * Describes one rank of a job to a scheduler.
 *
 * @param rank global rank
 * @param dpRank index of the rank's data-parallel pipeline; the first pipeline has the index 0
 * @param ppRank index of the rank's pipeline stage; the first stage has the index 0
 * @param tpRank index of the rank among the tensor-parallel ranks of its stage; the first of them
 *     has the index 0
 * @param pipeSchedule steps (such as a forward) that the rank executes in an iteration, in order of
 *     execution
 * @param powerStateRange supported clocks in MHz or power limits in watts of the rank's GPU, from
 *     high to low
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RankInfo(
    int rank,
    int dpRank,
    int ppRank,
    int tpRank,
    List<PipeInstruction> pipeSchedule,
    List<Integer> powerStateRange) {

  /**
   * Returns the number of forwards and backwards that the rank executes in an iteration. A
   * frequency plan contains one frequency for each forward and backward of an iteration.
   */
  public int computations() {
    return (int) pipeSchedule.stream().filter(PipeInstruction::isComputation).count();
  }
}
