package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;

/**
 * Times and energies that one rank measured under one frequency schedule.
 *
 * @param rank global rank
 * @param iterTime time of each iteration, in seconds; must not be modified
 * @param iterEnergy energy of each iteration, in joules; must not be modified
 * @param timeBreakdown times by pipe instruction, {@code [iteration][instance]}, in seconds; null
 *     becomes an empty map
 * @param energyBreakdown energies by pipe instruction, {@code [iteration][instance]}, in joules;
 *     null becomes an empty map
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
