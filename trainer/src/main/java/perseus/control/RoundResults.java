package perseus.control;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;

/** What a job's ranks measured under one frequency schedule. */
public final class RoundResults {
  private final List<RankInfo> ranks;
  private final List<RankResult> results;
  private final Measurement measurement;

  /**
   * @param ranks the job's ranks, in their order
   * @param results a result per rank, in the same order
   * @throws IllegalArgumentException if ranks measured different numbers of iterations, or none
   */
  public RoundResults(List<RankInfo> ranks, List<RankResult> results) {
    this.ranks = ranks;
    this.results = results;
    this.measurement = Measurement.of(results);
  }

  /** Each rank's, in the order of ranks. */
  public List<RankResult> ranks() {
    return results;
  }

  /** The whole job's. */
  public Measurement measurement() {
    return measurement;
  }

  /**
   * One result per pipeline stage, whose rank is the stage's number: times are the longest of the
   * stage's ranks, energies their sum.
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
                    join(members.stream().map(RankResult::iterTime).toList(), Math::max),
                    join(members.stream().map(RankResult::iterEnergy).toList(), Double::sum),
                    joinAll(members.stream().map(RankResult::timeBreakdown).toList(), Math::max),
                    joinAll(
                        members.stream().map(RankResult::energyBreakdown).toList(), Double::sum))));
    return stages;
  }

  private static Map<String, double[][]> joinAll(
      List<Map<String, double[][]>> breakdowns, DoubleBinaryOperator join) {
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
            join(breakdowns.stream().map(map -> map.get(instruction)[iteration]).toList(), join);
      }
      joined.put(instruction, rows);
    }
    return joined;
  }

  /** Element by element, as far as all rows go. */
  private static double[] join(List<double[]> rows, DoubleBinaryOperator join) {
    int length = rows.stream().mapToInt(row -> row.length).min().orElse(0);
    double[] joined = Arrays.copyOf(rows.get(0), length);
    for (double[] row : rows.subList(1, rows.size())) {
      for (int i = 0; i < length; i++) {
        joined[i] = join.applyAsDouble(joined[i], row[i]);
      }
    }
    return joined;
  }
}
