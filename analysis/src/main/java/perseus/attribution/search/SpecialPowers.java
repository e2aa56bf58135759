package perseus.attribution.search;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import perseus.attribution.activity.Activity;
import perseus.attribution.activity.MarkedRank;
import perseus.attribution.sensor.Sensor;
import perseus.pipeline.Instruction;
import perseus.recording.log.RankRecording;

/**
 * Finds special instances of instructions whose power differs from that of typical instances,
 * although their durations are usual.
 *
 * <p>Problem: if a special instance shares the power of typical instances, the readings are not
 * explained well, and a wrong kernel of the sensor may explain them better. Method: with the kernel
 * that was found first, the first and last instances of each computation compete for separate
 * powers ({@link ModelChoice}). If one of them gets a separate power, the kernel is estimated
 * again.
 *
 * <p>Complexity: O(readings C^2) time for C columns, on at most about 1,200 readings of each rank.
 *
 * <p>Source: this project's own method. On a simulated counter, a first forward with 60 % of the
 * usual power led to energies that were wrong by 29 %.
 */
final class SpecialPowers {
  private SpecialPowers() {}

  /** Returns the special instances with other powers of each rank. */
  static List<Set<Instruction>> find(List<RankRecording> ranks, Sensor sensor) {
    return ranks.parallelStream()
        .map(
            rank -> {
              MarkedRank ends = MarkedRank.ofEnds(rank).with(sensor::apply);
              RankSample sample = RankSample.of(ends, RankSample.READINGS_FOR_SCAN);
              return instances(ModelChoice.of(sample, sensor).separate());
            })
        .toList();
  }

  /**
   * Marks the special activities of ranks.
   *
   * @param special for each rank, its special instances with other powers
   */
  static List<MarkedRank> mark(List<RankRecording> ranks, List<Set<Instruction>> special) {
    return IntStream.range(0, ranks.size())
        .parallel()
        .mapToObj(r -> MarkedRank.of(ranks.get(r), special.get(r)))
        .toList();
  }

  /** Returns whether the same special activities of two lists of ranks need separate powers. */
  static boolean haveSameUnusual(List<MarkedRank> one, List<MarkedRank> other) {
    return unusual(one).equals(unusual(other));
  }

  /** Returns the special instances that need separate powers on any of the ranks. */
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
