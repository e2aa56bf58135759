package perseus.planner.beam;

import java.util.Arrays;

/**
 * Holds the partial plans of a {@link BeamSearch} and extends them arc by arc. A partial plan has
 * options (frequencies) for the first arcs of an {@link ArcSweep}. Its data are its reduced cost
 * (energy above the minimum) and the times of the cut (events at which a later arc starts).
 *
 * <p>{@link #extend} extends all partial plans by one arc, with each option of the arc. At most
 * {@code width} extended plans, those with the lowest scores, are kept. The score of a partial plan
 * is its reduced cost plus a penalty for early or late events. If the event times of several
 * extended plans lie in the same intervals of time, only the plan with the lowest score is kept.
 *
 * <p>With width W, K options and C events in the cut, one step takes O(W K) to try all extensions,
 * and O(W C) to copy event times. Most extended plans are dropped early. With width W and C events
 * in the cut, memory is O(W C), plus O(W) per step.
 */
final class PartialPlans {
  /** The value that means "all options (frequencies) of an arc". */
  static final int ALL = -1;

  /**
   * Expected growth of the range of scores (cost plus penalty) from one step to the next, as a
   * factor. It changes the result of the search only where scores are almost equal.
   */
  private static final double SPREAD_GROWTH = 2;

  private final int slots;
  private final long resolution;
  private final BeamCandidates candidates;
  private final BeamHistory history = new BeamHistory();

  private int size;

  private Beam now;
  private Beam next;

  /** Range of scores in the last step, in joules; 0 if fewer plans than the width were kept. */
  private double spread;

  /** Times to which events should stay close, or null for a search without such times. */
  private GuideTimes guide;

  // While plans are extended by an arc, the following arrays hold data of each partial plan.

  /** Time of the tail (start event) of the arc in each partial plan, in ticks. */
  private final long[] tailTimes;

  /** Time of the arc's head (end event) in ticks; Long.MIN_VALUE if no earlier arc enters it. */
  private final long[] headTimes;

  /** Cost in joules, without the minimum cost of the arc, if the search added it in advance. */
  private final double[] costsWithout;

  /**
   * Hash of event times, without the arc's end event and a start event that no later arc leaves.
   */
  private final long[] hashesWithout;

  /** Penalty in joules, without the arc's end event and a start event that no later arc leaves. */
  private final double[] penaltiesWithout;

  /**
   * @param slots number of slots (indices in the array of event times) of each partial plan
   * @param width maximum number of partial plans to keep
   * @param resolution length of an interval of time in ticks (integer units of time); event times
   *     in the same interval are treated as equal
   */
  PartialPlans(int slots, int width, long resolution) {
    this.slots = slots;
    this.resolution = resolution;
    candidates = new BeamCandidates(width);
    now = new Beam(width, slots);
    next = new Beam(width, slots);
    tailTimes = new long[width];
    headTimes = new long[width];
    costsWithout = new double[width];
    hashesWithout = new long[width];
    penaltiesWithout = new double[width];
  }

  /**
   * Starts with one empty partial plan, in which all event times are 0.
   *
   * @param maxSteps maximum number of arcs by which the partial plan will be extended
   * @param guideTimes times to which events should stay close; null to search without such times
   */
  void start(int maxSteps, GuideTimes guideTimes) {
    guide = guideTimes;
    size = 1;
    spread = 0;
    Arrays.fill(now.times, 0, slots, 0);
    now.costs[0] = 0;
    now.penalties[0] = 0;
    now.hashes[0] = 0;
    history.start(maxSteps);
  }

  /** Sets the event time, in ticks, at the index {@code slot} of the empty partial plan. */
  void set(int slot, long time) {
    now.times[slot] = time;
  }

  /** Returns the lowest reduced cost (above the minimum) in joules; infinity if no plan is left. */
  double minCost() {
    return size == 0 ? Double.POSITIVE_INFINITY : now.costs[cheapest()];
  }

  /** Returns the index of the partial plan with the lowest reduced cost (above the minimum). */
  int cheapest() {
    int cheapest = 0;
    for (int b = 1; b < size; b++) {
      if (now.costs[b] < now.costs[cheapest]) {
        cheapest = b;
      }
    }
    return cheapest;
  }

  /** Returns the parents and options (frequencies) of all steps since {@link #start}. */
  BeamHistory history() {
    return history;
  }

  /**
   * Extends every partial plan by an arc, and keeps the best extended plans.
   *
   * @param step data of the arc
   * @param option index of the option (frequency) to take, or {@link #ALL} to try each option
   * @param earliest lower limit for the time of the arc's head (end event), in ticks (integer units
   *     of time); an earlier time would save no energy
   * @param latest maximum time of the arc's head (end event), in ticks (integer units of time)
   * @param wasAnticipated whether the reduced cost of the partial plans already includes the
   *     minimum cost of this arc
   * @param end position in the sweep; costs from this position on are not added in advance
   * @param budget limit of energy above the minimum, in joules; plans at or above it are dropped
   */
  void extend(
      SweepStep step,
      int option,
      long earliest,
      long latest,
      boolean wasAnticipated,
      int end,
      double budget) {
    for (int b = 0; b < size; b++) {
      tailTimes[b] = now.times[b * slots + step.tailSlot()];
      headTimes[b] = step.opensHead() ? Long.MIN_VALUE : now.times[b * slots + step.headSlot()];
      costsWithout[b] =
          now.costs[b] - (wasAnticipated ? step.minCost(headTimes[b] - tailTimes[b]) : 0);
      hashesWithout[b] =
          now.hashes[b]
              - (step.opensHead() ? 0 : hash(step.headSlot(), headTimes[b]))
              - (step.closesTail() ? hash(step.tailSlot(), tailTimes[b]) : 0);
      penaltiesWithout[b] =
          now.penalties[b]
              - (step.opensHead() ? 0 : penalty(step.head(), headTimes[b]))
              - (step.closesTail() ? penalty(step.tail(), tailTimes[b]) : 0);
    }
    int anticipated = step.anticipatedBefore(end);
    if (option == ALL && step.options().costs.length > 1) {
      extendByAll(step, earliest, latest, anticipated, budget);
    } else {
      int rank = option == ALL ? 0 : step.options().rank(option);
      extendByOne(step, rank, earliest, latest, anticipated, budget);
    }
  }

  /** Extends every partial plan by each option (frequency) of an arc. */
  private void extendByAll(
      SweepStep step, long earliest, long latest, int anticipated, double budget) {
    PricedOptions priced = step.options();
    double minScore = Double.POSITIVE_INFINITY;
    double minScoreWithout = Double.POSITIVE_INFINITY;
    for (int b = 0; b < size; b++) {
      minScore = Doubles.min(minScore, now.costs[b] + penaltiesWithout[b]);
      minScoreWithout = Doubles.min(minScoreWithout, costsWithout[b] + penaltiesWithout[b]);
    }
    candidates.start(minScore, SPREAD_GROWTH * spread, budget);
    // The cheapest options come first, so the limit of scores soon excludes most candidates.
    for (int rank = 0; rank < priced.costs.length; rank++) {
      double optionCost = priced.costs[rank];
      if (minScoreWithout + optionCost >= candidates.limit()) {
        break;
      }
      for (int b = 0; b < size; b++) {
        double limit = candidates.limit();
        long done = tailTimes[b] + priced.ticks[rank];
        if (costsWithout[b] + penaltiesWithout[b] + optionCost >= limit || done > latest) {
          continue;
        }
        long time = Math.max(Math.max(done, earliest), headTimes[b]);
        double cost = costsWithout[b] + optionCost + waiting(step, b, done, time, anticipated);
        double penalty = penaltiesWithout[b] + penalty(step.head(), time);
        if (cost + penalty < limit) {
          candidates.offer(
              b,
              priced.options[rank],
              time,
              cost + penalty,
              penalty,
              hashesWithout[b] + hash(step.headSlot(), time));
        }
      }
    }
    keep(step, candidates.rank(), minScore);
  }

  /**
   * Computes a cost in joules: the cost of waiting at the head (end event) of an arc, plus the
   * minimum costs of those later arcs whose costs are added in advance.
   *
   * @param done time of the arc's tail (start event) plus time of its option (frequency), in ticks
   * @param time time of the arc's head (end event), in ticks (integer units of time)
   * @param anticipated number of later arcs whose minimum cost is added in advance
   */
  private double waiting(SweepStep step, int b, long done, long time, int anticipated) {
    double cost = step.options().price * (time - done);
    if (time > headTimes[b] && !step.opensHead()) {
      cost += step.inflow() * (time - headTimes[b]);
    }
    for (int i = 0; i < anticipated; i++) {
      SweepStep later = step.anticipated()[i];
      long tail =
          later.tailSlot() == step.headSlot() ? time : now.times[b * slots + later.tailSlot()];
      long head =
          later.headSlot() == step.headSlot() ? time : now.times[b * slots + later.headSlot()];
      cost += later.minCost(head - tail);
    }
    return cost;
  }

  /** Extends every partial plan by a single option (frequency) of an arc, in place. */
  private void extendByOne(
      SweepStep step, int rank, long earliest, long latest, int anticipated, double budget) {
    int[] parents = null;
    int kept = 0;
    for (int b = 0; b < size; b++) {
      long done = tailTimes[b] + step.options().ticks[rank];
      long time = Math.max(Math.max(done, earliest), headTimes[b]);
      double cost =
          costsWithout[b] + step.options().costs[rank] + waiting(step, b, done, time, anticipated);
      if (done > latest || cost >= budget) {
        if (parents == null) {
          parents = new int[size];
          Arrays.setAll(parents, i -> i);
        }
        continue;
      }
      if (parents != null) {
        parents[kept] = b;
        System.arraycopy(now.times, b * slots, now.times, kept * slots, slots);
      }
      if (step.closesTail()) {
        now.times[kept * slots + step.tailSlot()] = 0;
      }
      now.times[kept * slots + step.headSlot()] = time;
      now.costs[kept] = cost;
      now.penalties[kept] = penaltiesWithout[b] + penalty(step.head(), time);
      now.hashes[kept++] = hashesWithout[b] + hash(step.headSlot(), time);
    }
    size = kept;
    history.add(parents, null);
  }

  private double penalty(int event, long time) {
    return guide == null ? 0 : guide.penalty(event, time);
  }

  private long hash(int slot, long time) {
    return Beam.hash(slot, time / resolution);
  }

  /** Replaces the partial plans by the best extended plans. */
  private void keep(SweepStep step, int count, double minScore) {
    size = count;
    int[] parents = new int[size];
    int[] options = new int[size];
    double maxScore = minScore;
    for (int b = 0; b < size; b++) {
      parents[b] = candidates.parent(b);
      options[b] = candidates.option(b);
      System.arraycopy(now.times, parents[b] * slots, next.times, b * slots, slots);
      if (step.closesTail()) {
        next.times[b * slots + step.tailSlot()] = 0;
      }
      next.times[b * slots + step.headSlot()] = candidates.time(b);
      next.penalties[b] = candidates.penalty(b);
      next.costs[b] = candidates.score(b) - next.penalties[b];
      maxScore = Doubles.max(maxScore, candidates.score(b));
      next.hashes[b] = candidates.hash(b);
    }
    spread = size == next.costs.length ? maxScore - minScore : 0;
    history.add(parents, options);
    Beam used = now;
    now = next;
    next = used;
  }
}
