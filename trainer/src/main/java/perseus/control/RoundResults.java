package perseus.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Combines the times and energies that all ranks of a job measured under one frequency schedule.
 */
public final class RoundResults {
  private final List<RankInfo> ranks;
  private final List<RankResult> results;
  private final Measurement measurement;

  /**
   * @param ranks the job's ranks, sorted by global rank
   * @param results the result of each rank, in the order of {@code ranks}
   * @throws IllegalArgumentException if the ranks measured no iteration or different numbers of
   *     iterations
   */
  public RoundResults(List<RankInfo> ranks, List<RankResult> results) {
    this.ranks = ranks;
    this.results = results;
    this.measurement = Measurement.of(results);
  }

  /** Returns the measured result of each rank, sorted by global rank. */
  public List<RankResult> ranks() {
    return results;
  }

  /**
   * Returns the mean time in seconds and the mean energy in joules that the whole job needs for an
   * iteration.
   */
  public Measurement measurement() {
    return measurement;
  }

  /**
   * Combines the results of the ranks of each pipeline stage and returns one result per stage. The
   * combined time of a stage is the longest time of its ranks. The combined energy of a stage is
   * the sum of the energies of its ranks. In the combined result of a stage, the field {@code rank}
   * is the index of the stage, from 0.
   */
  public List<RankResult> stages() {
    Map<Integer, List<RankResult>> byStage = new TreeMap<>();
    for (int i = 0; i < results.size(); i++) {
      byStage.computeIfAbsent(ranks.get(i).ppRank(), s -> new ArrayList<>()).add(results.get(i));
    }
    List<RankResult> stages = new ArrayList<>();
    byStage.forEach(
        (stage, members) ->
            stages.add(
                new RankResult(
                    stage,
                    iterations(Quantity.TIME, members),
                    iterations(Quantity.ENERGY, members),
                    breakdown(Quantity.TIME, members),
                    breakdown(Quantity.ENERGY, members))));
    return stages;
  }

  private static double[] iterations(Quantity quantity, List<RankResult> members) {
    return join(quantity, members.stream().map(quantity::iterations).toList());
  }

  /**
   * If a rank of the stage has not reported an instruction, the combined result of the stage lacks
   * this instruction.
   */
  private static Map<String, double[][]> breakdown(Quantity quantity, List<RankResult> members) {
    List<Map<String, double[][]>> breakdowns = members.stream().map(quantity::breakdown).toList();
    Map<String, double[][]> joined = new LinkedHashMap<>();
    for (String instruction : breakdowns.get(0).keySet()) {
      if (!breakdowns.stream().allMatch(breakdown -> breakdown.containsKey(instruction))) {
        continue;
      }
      int iterations =
          breakdowns.stream().mapToInt(map -> map.get(instruction).length).min().orElse(0);
      double[][] rows = new double[iterations][];
      for (int i = 0; i < iterations; i++) {
        int iteration = i;
        rows[i] =
            join(
                quantity, breakdowns.stream().map(map -> map.get(instruction)[iteration]).toList());
      }
      joined.put(instruction, rows);
    }
    return joined;
  }

  /**
   * Combines arrays of times or energies element by element, up to the length of the shortest
   * array.
   */
  private static double[] join(Quantity quantity, List<double[]> rows) {
    int length = rows.stream().mapToInt(row -> row.length).min().orElse(0);
    double[] joined = Arrays.copyOf(rows.get(0), length);
    for (double[] row : rows.subList(1, rows.size())) {
      for (int i = 0; i < length; i++) {
        joined[i] = quantity.join(joined[i], row[i]);
      }
    }
    return joined;
  }
}
