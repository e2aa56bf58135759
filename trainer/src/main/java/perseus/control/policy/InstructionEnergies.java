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
 * Computes the mean time and energy of one instruction of one stage, with standard errors, from the
 * reports of ranks.
 *
 * <p>A rank reads an energy counter before and after each execution of an instruction. The
 * difference between both readings is the measured energy of the execution. If the energy counter
 * changes more rarely than the instruction runs, the measured energy of many executions is 0. The
 * measured energy of another execution then contains the energy of several instructions. The mean
 * measured energy may therefore have an error of half of one change of the counter. More executions
 * do not reduce this error.
 *
 * <p>The variance of the mean energy of one rank is {@code s * s / n + c * c / 4}. Here, s is the
 * standard deviation of the measured energies, n is their number, and c is the mean change of the
 * counter in joules. If no measured energy is 0, the variance is {@code s * s / n}. The variances
 * of the ranks of a stage are added up.
 *
 * @param seconds mean time in seconds of the instruction; NaN if the ranks did not report its times
 * @param secondsError standard error in seconds of the mean time
 * @param joules mean energy of the instruction in joules, summed over the ranks of the stage; NaN
 *     if the ranks did not report energies
 * @param joulesError standard error in joules of the mean energy
 * @param executions smallest number of executions of the instruction that a rank of the stage has
 *     reported
 * @param unchanged fraction of the executions during which the energy counter did not change
 */
record InstructionEnergies(
    double seconds,
    double secondsError,
    double joules,
    double joulesError,
    long executions,
    double unchanged) {

  /**
   * @param rounds results at one clock or power limit; all results are for the same number of
   *     iterations
   * @param ranks ranks of the job, in the order of the results
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

  /** Returns whether the ranks have reported the time and the energy of the instruction. */
  boolean isKnown() {
    return !Double.isNaN(seconds) && !Double.isNaN(joules);
  }
}
