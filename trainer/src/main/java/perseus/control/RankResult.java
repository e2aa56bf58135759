package perseus.control;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;

/**
 * Holds the times and energies that one rank measured under one frequency schedule.
 *
 * @param rank global rank
 * @param iterTime time of each iteration that the rank measured, in seconds; callers must not
 *     modify the array
 * @param iterEnergy energy of each iteration that the rank measured, in joules; callers must not
 *     modify the array
 * @param timeBreakdown times in seconds of single pipe instructions, by the name of the
 *     instruction; the element {@code [i][k]} of the array of an instruction is the time of its
 *     k-th execution in iteration i; null becomes an empty map
 * @param energyBreakdown energies in joules of single pipe instructions, by the name of the
 *     instruction; the element {@code [i][k]} of the array of an instruction is the energy of its
 *     k-th execution in iteration i; null becomes an empty map
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
