package perseus.control.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import perseus.control.PipeInstruction;
import perseus.control.RankResult;
import perseus.control.RoundResults;

/**
 * Computes the largest relative standard error of the times and energies that ranks have reported
 * at one clock or power limit. The reports of ranks may come from several sequences of iterations
 * at the same clock or power limit.
 *
 * <p>Some ranks estimate and report the standard errors themselves. These ranks measure until the
 * standard errors are small enough. For all other ranks, this class computes the standard errors.
 * It uses the times and energies of iterations, and the times of forwards and backwards. Warm-up
 * iterations are excluded from the computation of the standard error.
 */
final class ReportedPrecision {
  private final WarmupShare warmup;
  private final List<RoundResults> rounds = new ArrayList<>();

  ReportedPrecision(WarmupShare warmup) {
    this.warmup = warmup;
  }

  void add(RoundResults results) {
    rounds.add(results);
  }

  List<RoundResults> rounds() {
    return rounds;
  }

  /**
   * Returns whether all ranks have estimated the standard errors of the latest results themselves.
   */
  boolean isEstimatedByRanks() {
    return rounds.get(rounds.size() - 1).ranks().stream()
        .allMatch(result -> result.precision() != null);
  }

  /**
   * Returns the largest relative standard error over all stages; infinite if a time or an energy
   * has fewer than two values.
   */
  double relativeError() {
    Map<String, SummaryStatistics> quantities = new TreeMap<>();
    for (RoundResults round : rounds) {
      for (RankResult stage : round.stages()) {
        add(quantities, stage.rank() + " time", warmup.without(stage.iterTime()));
        add(quantities, stage.rank() + " energy", warmup.without(stage.iterEnergy()));
        for (PipeInstruction instruction : PipeInstruction.COMPUTATIONS) {
          String name = instruction.jsonName();
          double[][] instances = stage.timeBreakdown().get(name);
          if (instances != null) {
            add(
                quantities,
                stage.rank() + " " + name,
                Arrays.stream(warmup.without(instances)).flatMapToDouble(Arrays::stream));
          }
        }
      }
    }
    return quantities.values().stream()
        .mapToDouble(ReportedPrecision::relativeError)
        .max()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static void add(
      Map<String, SummaryStatistics> quantities, String name, DoubleStream values) {
    SummaryStatistics quantity =
        quantities.computeIfAbsent(name, created -> new SummaryStatistics());
    values.forEach(quantity::addValue);
  }

  private static double relativeError(SummaryStatistics quantity) {
    if (quantity.getN() < 2) {
      return Double.POSITIVE_INFINITY;
    }
    return quantity.getMean() == 0
        ? 0
        : quantity.getStandardDeviation() / Math.sqrt(quantity.getN()) / quantity.getMean();
  }
}
