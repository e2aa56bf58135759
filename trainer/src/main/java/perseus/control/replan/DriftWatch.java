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
 * Detects that the measurements of a job differ from its profile for several rounds. A round is a
 * sequence of iterations under one frequency schedule. The energies of all ranks with the same
 * position in their pipelines are compared as one sum ({@link PositionRatios}). A difference is
 * reported if it exceeds the tolerance in several consecutive rounds, {@value #ROUNDS} at first.
 * The measured values must be above the profile in all these rounds, or below it in all of them.
 */
final class DriftWatch {
  /**
   * Number of consecutive rounds that must differ from the profile before new plans are made. A
   * single round is not enough, because a short disturbance can change its measurements.
   */
  static final int ROUNDS = 3;

  /**
   * Upper limit of the number of consecutive rounds that must differ. Each failure to make new
   * plans doubles this number: 3, 6, 12 and so on.
   */
  private static final int MAX_ROUNDS = 1000;

  private final double tolerance;
  private final Deque<RoundRatios> last = new ArrayDeque<>();
  private int needed = ROUNDS;

  /**
   * @param tolerance largest difference from the profile that is ignored, as a fraction of the
   *     value in the profile
   */
  DriftWatch(double tolerance) {
    this.tolerance = tolerance;
  }

  /** Removes all stored rounds, because the job has new plans and a new profile. */
  void restart() {
    last.clear();
    needed = ROUNDS;
  }

  /**
   * Doubles the number of consecutive rounds that must differ before the next attempt, and removes
   * all stored rounds. This method is called when new plans could not be made.
   */
  void backOff() {
    last.clear();
    needed = Math.min(2 * needed, MAX_ROUNDS);
  }

  /**
   * Adds the measurements of one round. Returns the differences from the profile if enough
   * consecutive rounds have differed; otherwise empty.
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
    Set<Integer> positions = stayedBeyond(this::energiesBeyond);
    return works.isEmpty() && positions.isEmpty()
        ? Optional.empty()
        : Optional.of(Drift.of(last, works, positions));
  }

  /**
   * Returns the instructions (or positions in a pipeline) that differ from the profile in all
   * stored rounds, always upwards or always downwards.
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
    round.energies().forEach((position, energy) -> add(sides, position, energy.ratio()));
    return sides;
  }

  private <T> void add(Map<T, Set<Integer>> sides, T thing, Ratio ratio) {
    int side = ratio.sideBeyond(tolerance);
    if (side != 0) {
      sides.computeIfAbsent(thing, t -> new HashSet<>()).add(side);
    }
  }
}
