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
 * Computes, from the reports of the ranks, the largest relative standard error of the times and
 * energies at one power state. A power state is a clock or a power limit. The reports may come from
 * several rounds (groups of iterations under one frequency schedule) at this power state.
 *
 * <p>If ranks estimate the error themselves, their reports contain it. Ranks that estimate the
 * error end the round when the error is small enough, so no further round is needed. If ranks do
 * not estimate the error, this class computes the relative standard errors of the time and energy
 * of an iteration and of the times of forwards and backwards. It uses all iterations that are not
 * warm-up.
 */
final class ReportedPrecision {
  private final WarmupShare warmup;
  private final List<RoundResults> rounds = new ArrayList<>();

  ReportedPrecision(WarmupShare warmup) {
    this.warmup = warmup;
  }

  /** Adds the results of one more round (group of iterations) at the same clock or power limit. */
  void add(RoundResults results) {
    rounds.add(results);
  }

  /** Returns the results of all rounds (groups of iterations) at the same clock or power limit. */
  List<RoundResults> rounds() {
    return rounds;
  }

  /**
   * Returns whether all ranks have estimated the standard errors of the last round (iterations
   * under one frequency schedule) themselves.
   */
  boolean isEstimatedByRanks() {
    return rounds.get(rounds.size() - 1).ranks().stream()
        .allMatch(result -> result.precision() != null);
  }

  /**
   * Returns the largest relative standard error over all stages; infinite if there are fewer than
   * two values of a time or an energy.
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
