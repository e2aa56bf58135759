package perseus.control.replan;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Detects when the measurements of a job differ from its profile for a long time. A round is a
 * sequence of iterations under one frequency schedule. A lane is the sequence of operations at one
 * position of the pipeline ({@link LaneRatios}). The class reports a drift if the time of an
 * instruction, or the energy of a lane, differs from the profile by more than a tolerance in
 * several consecutive rounds. The measured value must be above the profile in all these rounds, or
 * below it in all of them.
 */
final class DriftWatch {
  /**
   * Number of consecutive rounds that must differ from the profile by more than the tolerance. A
   * single round may differ because of a short disturbance.
   */
  static final int ROUNDS = 3;

  /**
   * Maximum number of consecutive rounds that must differ from the profile, after failures to make
   * new plans have increased this number.
   */
  private static final int MAX_ROUNDS = 1000;

  private final double tolerance;
  private final Deque<RoundRatios> last = new ArrayDeque<>();
  private int needed = ROUNDS;

  /**
   * @param tolerance largest difference from the profile's value that is ignored, as a fraction of
   *     this value
   */
  DriftWatch(double tolerance) {
    this.tolerance = tolerance;
  }

  /** Removes all stored measurements, because the job has new plans and a new profile. */
  void restart() {
    last.clear();
    needed = ROUNDS;
  }

  /**
   * Removes all stored measurements, and doubles the number of consecutive rounds that must differ
   * from the profile.
   */
  void backOff() {
    last.clear();
    needed = Math.min(2 * needed, MAX_ROUNDS);
  }

  /**
   * Adds the measurements of a round (iterations under one frequency schedule). Returns the drift
   * (difference from the profile) if enough consecutive rounds differ from the profile; otherwise
   * empty.
   */
  Optional<Drift> add(RoundRatios round) {
    last.addLast(round);
    if (last.size() > needed) {
      last.removeFirst();
    }
    if (last.size() < needed) {
      return Optional.empty();
    }
    Set<Cell.Work> works = stayedBeyond(this::timesBeyond);
    Set<Integer> lanes = stayedBeyond(this::energiesBeyond);
    return works.isEmpty() && lanes.isEmpty()
        ? Optional.empty()
        : Optional.of(Drift.of(last, works, lanes));
  }

  /**
   * Returns the instructions, or the lanes (positions in the pipeline), that differ from the
   * profile by more than the tolerance in all stored rounds (iterations under one frequency
   * schedule each). The difference must have the same sign in all rounds.
   *
   * @param sides function that returns, for one round, the signs (1 or -1) of the differences from
   *     the profile of each instruction or lane
   */
  private <T> Set<T> stayedBeyond(Function<RoundRatios, Map<T, Set<Integer>>> sides) {
    Map<T, Set<Integer>> common = null;
    for (RoundRatios round : last) {
      Map<T, Set<Integer>> ofRound = sides.apply(round);
      if (common == null) {
        common = ofRound;
      } else {
        common.forEach((thing, all) -> all.retainAll(ofRound.getOrDefault(thing, Set.of())));
      }
      common.values().removeIf(Collection::isEmpty);
    }
    return common.keySet();
  }

  private Map<Cell.Work, Set<Integer>> timesBeyond(RoundRatios round) {
    Map<Cell.Work, Set<Integer>> sides = new HashMap<>();
    round.times().forEach((cell, ratio) -> add(sides, cell.work(), ratio));
    return sides;
  }

  private Map<Integer, Set<Integer>> energiesBeyond(RoundRatios round) {
    Map<Integer, Set<Integer>> sides = new HashMap<>();
    round.energies().forEach((lane, energy) -> add(sides, lane, energy.ratio()));
    return sides;
  }

  private <T> void add(Map<T, Set<Integer>> sides, T thing, Ratio ratio) {
    int side = ratio.sideBeyond(tolerance);
    if (side != 0) {
      sides.computeIfAbsent(thing, t -> new HashSet<>()).add(side);
    }
  }
}
