package perseus.agent.hosts;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.control.RankResult;
import perseus.gpu.ClocksInForce;

/**
 * Holds the measurements of one rank under one frequency schedule.
 *
 * @param evaluated for each measured iteration, whether an evaluation of the model ran during the
 *     iteration
 * @param result times and energies of all measured iterations; null if the rank has no frequency
 *     schedule
 * @param clocks clocks at which the GPU ran under the frequency schedule; null on simulated GPUs
 */
public record RoundReport(List<Boolean> evaluated, RankResult result, ClocksInForce clocks) {
  /** The report of a rank that has measured no iteration. */
  public static final RoundReport NOTHING = new RoundReport(List.of(), null, null);

  public int count() {
    return evaluated.size();
  }

  /**
   * Returns the times and energies of the given iterations.
   *
   * @param indices indices among the measured iterations, from 0
   */
  public RankResult of(List<Integer> indices) {
    return new RankResult(
        result.rank(),
        chosen(result.iterTime(), indices),
        chosen(result.iterEnergy(), indices),
        rows(result.timeBreakdown(), indices),
        rows(result.energyBreakdown(), indices));
  }

  private static double[] chosen(double[] values, List<Integer> indices) {
    return indices.stream().mapToDouble(index -> values[index]).toArray();
  }

  private Map<String, double[][]> rows(Map<String, double[][]> all, List<Integer> indices) {
    Map<String, double[][]> chosen = new LinkedHashMap<>();
    all.forEach(
        (instruction, rows) ->
            chosen.put(
                instruction,
                rows.length < count()
                    ? rows
                    : indices.stream().map(index -> rows[index]).toArray(double[][]::new)));
    return chosen;
  }
}
