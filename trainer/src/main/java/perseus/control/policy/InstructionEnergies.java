package perseus.control.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.RoundResults;

/**
 * Computes the mean time and energy of one instruction of one stage, and their standard errors,
 * from the values that ranks reported for single executions.
 *
 * <p>A rank measures the energy of an execution as the change of an energy counter. If the driver
 * updates the counter less often than the instruction runs, the counter does not change during many
 * executions. During each remaining execution, the counter changes by the energy of a whole update,
 * which also contains the energy of earlier instructions. The mean change over all executions can
 * differ from the energy of the instruction by up to half of an update. This error does not become
 * smaller with more executions. For one rank, let s be the standard error of the mean, and let h be
 * half of the mean change during the executions in which the counter changed. If the counter did
 * not change during some executions, the standard error for this rank is {@code sqrt(s^2 + h^2)}.
 *
 * @param seconds mean time in seconds; NaN if the ranks did not report it
 * @param secondsError standard error of the mean time
 * @param joules mean energy of all ranks of the stage in joules; NaN if the ranks did not report it
 * @param joulesError standard error of the mean energy
 * @param executions smallest number of executions that a rank of the stage has reported
 * @param unchanged number of executions during which the energy counter did not change, divided by
 *     the number of all executions
 */
record InstructionEnergies(
    double seconds,
    double secondsError,
    double joules,
    double joulesError,
    long executions,
    double unchanged) {

  /**
   * @param rounds all results at one power state (clock or power limit); each result is for the
   *     same number of iterations
   * @param ranks the job's ranks, in the order of the results
   * @param instruction name of the instruction, such as {@code forward}
   */
  static InstructionEnergies of(
      List<RoundResults> rounds,
      WarmupShare warmup,
      List<RankInfo> ranks,
      int stage,
      String instruction) {
    double variance = 0;
    long executions = Long.MAX_VALUE;
    long unchanged = 0;
    long all = 0;
    for (int rank = 0; rank < ranks.size(); rank++) {
      if (ranks.get(rank).ppRank() != stage) {
        continue;
      }
      SummaryStatistics values = new SummaryStatistics();
      SummaryStatistics changes = new SummaryStatistics();
      SummaryStatistics iterations = new SummaryStatistics();
      for (RoundResults round : rounds) {
        RankResult result = round.ranks().get(rank);
        warmup.without(result.iterEnergy()).forEach(iterations::addValue);
        for (double[] row : rows(warmup, result.energyBreakdown().get(instruction))) {
          for (double joules : row) {
            values.addValue(joules);
            if (joules != 0) {
              changes.addValue(joules);
            }
          }
        }
      }
      long zeros = values.getN() - changes.getN();
      double step = changes.getN() > 0 ? changes.getMean() : iterations.getMean();
      double systematic = zeros > 0 ? step / 2 : 0;
      variance += values.getVariance() / Math.max(1, values.getN()) + systematic * systematic;
      executions = Math.min(executions, values.getN());
      unchanged += zeros;
      all += values.getN();
    }
    SummaryStatistics times = new SummaryStatistics();
    for (RoundResults round : rounds) {
      Map<String, double[][]> breakdown = round.stages().get(stage).timeBreakdown();
      for (double[] row : rows(warmup, breakdown.get(instruction))) {
        Arrays.stream(row).forEach(times::addValue);
      }
    }
    return new InstructionEnergies(
        mean(rounds, warmup, stage, result -> result.timeBreakdown().get(instruction)),
        Math.sqrt(times.getVariance() / Math.max(1, times.getN())),
        mean(rounds, warmup, stage, result -> result.energyBreakdown().get(instruction)),
        Math.sqrt(variance),
        executions,
        all == 0 ? 0 : (double) unchanged / all);
  }

  private static double[][] rows(WarmupShare warmup, double[][] iterations) {
    return iterations == null ? new double[0][] : warmup.without(iterations);
  }

  private static double mean(
      List<RoundResults> rounds,
      WarmupShare warmup,
      int stage,
      Function<RankResult, double[][]> values) {
    return rounds.stream()
        .mapToDouble(round -> warmup.mean(values.apply(round.stages().get(stage))))
        .average()
        .orElse(Double.NaN);
  }

  /** Returns whether the ranks have reported both the time and the energy. */
  boolean isKnown() {
    return !Double.isNaN(seconds) && !Double.isNaN(joules);
  }
}
