package perseus.control;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;

/**
 * Holds the times and energies that one rank measured under one frequency schedule.
 *
 * @param rank global rank
 * @param iterTime measured time of each iteration in seconds; callers must not modify the array
 * @param iterEnergy measured energy of each iteration in joules; callers must not modify the array
 * @param timeBreakdown measured times of single instructions in seconds, as a map from the name of
 *     an instruction, such as {@code forward}, to an array. In each array of {@code timeBreakdown},
 *     the element {@code [i][k]} is the time of the k-th execution of the instruction in iteration
 *     i. If a caller passes null as {@code timeBreakdown}, the record contains an empty map.
 * @param energyBreakdown measured energies of single instructions in joules, as a map from the name
 *     of an instruction, such as {@code forward}, to an array. In each array of {@code
 *     energyBreakdown}, the element {@code [i][k]} is the energy of the k-th execution of the
 *     instruction in iteration i. If a caller passes null as {@code energyBreakdown}, the record
 *     contains an empty map.
 * @param precision largest relative standard error of the times and energies of the rank's forwards
 *     and backwards, at most 1. It is 1 if the rank has too few measurements for an estimate. It is
 *     null if the rank does not estimate standard errors at all.
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
