package perseus.control;

import com.fasterxml.jackson.annotation.JsonInclude;
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
 * @param timeBreakdown times of single pipe instructions, in seconds. Each key of the map is the
 *     name of an instruction, such as {@code forward}. In the array of values of an instruction,
 *     the element {@code [i][k]} is the time of the instruction's k-th execution in iteration i. If
 *     the caller passes null, the record contains an empty map.
 * @param energyBreakdown energies of single pipe instructions, in joules. Each key of the map is
 *     the name of an instruction, such as {@code forward}. In the array of values of an
 *     instruction, the element {@code [i][k]} is the energy of the instruction's k-th execution in
 *     iteration i. If the caller passes null, the record contains an empty map.
 * @param precision largest relative standard error of the times and energies of the rank's forwards
 *     and backwards, at most 1. It is 1 if the rank could not estimate the error, and null if the
 *     rank has not tried to.
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RankResult(
    int rank,
    double[] iterTime,
    double[] iterEnergy,
    Map<String, double[][]> timeBreakdown,
    Map<String, double[][]> energyBreakdown,
    @JsonInclude(JsonInclude.Include.NON_NULL) Double precision) {

  /** Creates a result of a rank that has not estimated the standard errors of its measurements. */
  public RankResult(
      int rank,
      double[] iterTime,
      double[] iterEnergy,
      Map<String, double[][]> timeBreakdown,
      Map<String, double[][]> energyBreakdown) {
    this(rank, iterTime, iterEnergy, timeBreakdown, energyBreakdown, null);
  }

  public RankResult {
    timeBreakdown = timeBreakdown == null ? Map.of() : timeBreakdown;
    energyBreakdown = energyBreakdown == null ? Map.of() : energyBreakdown;
  }
}
