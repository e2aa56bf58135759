package perseus.planner.beam;

import java.util.Arrays;

/**
 * Holds the partial plans of a {@link BeamSearch} and extends them arc by arc. A partial plan has
 * frequencies for the arcs (operations and precedences) that the search has visited.
 *
 * <p>{@link #extend} keeps the {@code width} plans with the lowest scores. The score of a partial
 * plan is its reduced cost ({@link BeamSearch}) plus a penalty for early or late events ({@link
 * GuideTimes}). Of several plans with equal event times, only the plan with the lowest score is
 * kept.
 *
 * <p>Let W be the width, K the number of frequencies, and C the number of events with unvisited
 * outgoing arcs. Then one step takes O(W (K + C)) time, and the class takes O(W C) memory. The
 * class {@link BeamHistory} takes additional memory for the record of all steps.
 */
final class PartialPlans {
  /** Stands for all frequency choices of an arc. */
  static final int ALL = -1;

  /** Factor by which the range of scores is expected to grow from one step to the next. */
  private static final double SPREAD_GROWTH = 2;

  private final int slots;
  private final long resolution;
  private final BeamCandidates candidates;
  private final BeamHistory history = new BeamHistory();

  private int size;

  private Beam now;
  private Beam next;

  /**
   * Range of scores in the last step, in joules; 0 if the last step kept fewer plans than the
   * width.
   */
  private double spread;

  private GuideTimes guide;

  private final long[] tailTimes;

  private final long[] headTimes;

  private final double[] costsWithout;

  private final long[] hashesWithout;

  private final double[] penaltiesWithout;

  /**
   * @param slots number of event times that are stored for each plan
   * @param width maximum number of plans that are kept after each step
   * @param resolution length of an interval in which event times count as equal, in integer time
   *     units
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
   * Starts with one empty plan, in which all event times are 0.
   *
   * @param maxSteps maximum number of arcs that the search will visit
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

  void set(int slot, long time) {
    now.times[slot] = time;
  }

  /**
   * Returns the smallest difference between the energy of a plan and the minimum of the LP
   * relaxation, in joules; infinity if no plan is left.
   */
  double minCost() {
    return size == 0 ? Double.POSITIVE_INFINITY : now.costs[cheapest()];
  }

  int cheapest() {
    int cheapest = 0;
    for (int b = 1; b < size; b++) {
      if (now.costs[b] < now.costs[cheapest]) {
        cheapest = b;
      }
    }
    return cheapest;
  }

  BeamHistory history() {
    return history;
  }

  /**
   * Extends every plan by an arc, and keeps the extended plans with the lowest scores.
   *
   * @param step data of the arc
   * @param option index of the frequency choice to take, or {@link #ALL} to try each frequency
   *     choice
   * @param earliest minimum time of the end event of the arc, in integer time units
   * @param latest maximum time of the end event of the arc, in integer time units
   * @param wasAnticipated whether the reduced costs already include the minimum cost of this arc
   * @param end position of the first arc whose cost must not be added in advance
   * @param budget limit of the energy above the minimum of the LP relaxation, in joules; plans at
   *     or above the limit are dropped
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
    // Frequency choices with low costs come first, so the limit of scores soon excludes most
    // candidates.
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
   * Computes the cost in joules of waiting until the end event of an arc. The result includes the
   * costs of later arcs that the search adds in advance.
   *
   * @param done time at which the arc itself ends, in integer time units
   * @param time time of the end event of the arc, in integer time units
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
