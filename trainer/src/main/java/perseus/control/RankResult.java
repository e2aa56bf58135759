package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;

/**
 * What one rank measured under one frequency schedule. The arrays belong to the result.
 *
 * @param rank global rank
 * @param iterTime seconds of each iteration
 * @param iterEnergy joules of each iteration
 * @param timeBreakdown by pipe instruction: seconds of each instance of each iteration
 * @param energyBreakdown the same for joules, where they were measured
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RankResult(
    int rank,
    double[] iterTime,
    double[] iterEnergy,
    Map<String, double[][]> timeBreakdown,
    Map<String, double[][]> energyBreakdown) {
  /** A breakdown that is not there is an empty one. */
  public RankResult {
    timeBreakdown = timeBreakdown == null ? Map.of() : timeBreakdown;
    energyBreakdown = energyBreakdown == null ? Map.of() : energyBreakdown;
  }
}
