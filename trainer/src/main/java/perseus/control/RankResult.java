package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;

/**
 * Holds the times and energies that one rank measured under one frequency schedule.
 *
 * @param rank global rank
 * @param iterTime time of each iteration, in seconds; must not be modified
 * @param iterEnergy energy of each iteration, in joules; must not be modified
 * @param timeBreakdown times in seconds by the name of the pipe instruction; the element {@code
 *     [i][k]} of an array is the time of the k-th execution of the instruction in iteration i; null
 *     becomes an empty map
 * @param energyBreakdown energies in joules, in the same form as the times; null becomes an empty
 *     map
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RankResult(
    int rank,
    double[] iterTime,
    double[] iterEnergy,
    Map<String, double[][]> timeBreakdown,
    Map<String, double[][]> energyBreakdown) {
  public RankResult {
    timeBreakdown = timeBreakdown == null ? Map.of() : timeBreakdown;
    energyBreakdown = energyBreakdown == null ? Map.of() : energyBreakdown;
  }
}
