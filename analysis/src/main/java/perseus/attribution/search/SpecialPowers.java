package perseus.attribution.search;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.attribution.activity.Activities;
import perseus.attribution.activity.Activity;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;

/**
 * Finds instances of instructions whose power differs from typical instances, although their
 * durations are usual.
 *
 * <p>Problem: without a separate power for unusual instances, a wrong smoothing of the sensor may
 * explain the readings best. Method: with the first estimate of the smoothing, cross-validation
 * gives separate powers to first and last instances in an iteration ({@link ModelChoice}). If an
 * instance gets a separate power, the smoothing is estimated again.
 *
 * <p>Complexity: O(readings C^2) time for C powers, with at most about 1,200 readings of each rank.
 *
 * <p>Source: this project's own method. In a simulation, a first forward with 60 % of the usual
 * power led to energies that were wrong by 29 %.
 */
final class SpecialPowers {
  private SpecialPowers() {}

  /** Returns the instances with another power than typical instances, for each rank. */
  static List<Set<Instruction>> find(List<Activities> ranks, Sensor sensor) {
    return ranks.parallelStream()
        .map(
            rank -> {
              MarkedRank ends = rank.markEnds().with(sensor::apply);
              RankSample sample = RankSample.of(ends, RankSample.READINGS_FOR_SCAN);
              return instances(ModelChoice.of(sample, sensor).separate());
            })
        .toList();
  }

  /**
   * Gives separate names to the activities of ranks that may have a separate power.
   *
   * @param special instances with another power than typical instances, for each rank
   */
  static List<MarkedRank> mark(List<Activities> ranks, List<Set<Instruction>> special) {
    return IntStream.range(0, ranks.size())
        .parallel()
        .mapToObj(r -> ranks.get(r).mark(special.get(r)))
        .toList();
  }

  /** Returns whether the same activities need separate powers in two lists of ranks. */
  static boolean haveSameUnusual(List<MarkedRank> one, List<MarkedRank> other) {
    return unusual(one).equals(unusual(other));
  }

  /** Returns the instances that need a separate power on at least one rank. */
  static Set<Instruction> ofAll(List<MarkedRank> ranks) {
    return unusual(ranks).stream()
        .flatMap(set -> instances(set).stream())
        .collect(Collectors.toSet());
  }

  private static List<Set<Instruction>> unusual(List<MarkedRank> ranks) {
    return ranks.stream().map(MarkedRank::unusual).toList();
  }

  private static Set<Instruction> instances(Set<Instruction> activities) {
    Set<Instruction> instances = new HashSet<>(activities);
    instances.removeIf(activity -> !Activity.hasPosition(activity));
    return instances;
  }
}
