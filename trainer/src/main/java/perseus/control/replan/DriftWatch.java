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
 * Notices when the measurements of a job stay away from its profile: the time of one instruction of
 * a stage, or the energy of a stage, is beyond a tolerance on the same side in several rounds in a
 * row.
 */
final class DriftWatch {
  /** Rounds in a row that must be beyond the tolerance. One round may be a hiccup. */
  static final int ROUNDS = 3;

  /** Largest number of rounds in a row, after plans could not be made. */
  private static final int MAX_ROUNDS = 1000;

  private final double tolerance;
  private final Deque<RoundRatios> last = new ArrayDeque<>();
  private int needed = ROUNDS;

  /**
   * @param tolerance largest deviation that is ignored, as a fraction of the profile's value
   */
  DriftWatch(double tolerance) {
    this.tolerance = tolerance;
  }

  /** Forgets all rounds, because the plans are new. */
  void restart() {
    last.clear();
    needed = ROUNDS;
  }

  /** Forgets all rounds, and waits twice as many rounds for the next drift. */
  void backOff() {
    last.clear();
    needed = Math.min(2 * needed, MAX_ROUNDS);
  }

  /** Adds a round, and returns the drift if the measurements have stayed away from the profile. */
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

  /** Returns what was beyond the tolerance on the same side in every round. */
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
