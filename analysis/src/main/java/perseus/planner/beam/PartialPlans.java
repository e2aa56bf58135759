package perseus.planner.beam;

import java.util.Arrays;

/**
 * The partial plans of a {@link BeamSearch}: options for the first arcs of an {@link ArcSweep},
 * with the time of each event in the cut and the reduced cost so far.
 *
 * <p>{@link #extend} extends all partial plans by one arc with each of its options, and keeps at
 * most {@code width} of the extensions, those with the lowest score: reduced cost plus penalty
 * ({@link GuideTimes}). Of extensions whose times are equal at the given resolution, only the best
 * is kept.
 *
 * <p>With width W, K options and C events in the cut, a step takes O(W K) for the extensions, most
 * of which are cut off early, and O(W C) to copy times. Memory is O(W C), plus O(W) per step for
 * the history.
 */
final class PartialPlans {
  /** Stands for all options of an arc. */
  static final int ALL = -1;

  /**
   * Expected range of the scores kept at a step, relative to the range at the step before. It sets
   * the resolution at which scores are counted, and so how early extensions are cut off. It changes
   * speed, and results only where scores are almost equal.
   */
  private static final double SPREAD_GROWTH = 2;

  private final int slots;
  private final long resolution;
  private final BeamCandidates candidates;
  private final BeamHistory history = new BeamHistory();

  private int size;

  private Beam now;
  private Beam next;

  /** Range of the scores kept at the last step, in joules; 0 if it kept fewer than the width. */
  private double spread;

  /** Null where times are free. */
  private GuideTimes guide;

  // Data of each partial plan while it is extended by an arc.

  /** Time of the arc's tail. */
  private final long[] tailTimes;

  /** Time of the arc's head so far; the minimum value where the arc opens its head. */
  private final long[] headTimes;

  /** Reduced cost without the arc. */
  private final double[] costsWithout;

  /** Hash of the times without that of the head, and without that of the tail if it is closed. */
  private final long[] hashesWithout;

  /** Penalties without that of the head, and without that of the tail if it is closed. */
  private final double[] penaltiesWithout;

  /**
   * @param slots maximum number of events in the cut
   * @param width maximum number of partial plans to keep
   * @param resolution ticks; times within the same multiple of it count as equal
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
   * Starts from one empty partial plan, in which all times are 0.
   *
   * @param maxSteps maximum number of arcs to extend it by
   * @param guideTimes times to keep close to, or null
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

  /** Sets the time of an event in the empty partial plan. */
  void set(int slot, long time) {
    now.times[slot] = time;
  }

  /** The lowest reduced cost, in joules; infinite if no partial plan is left. */
  double minCost() {
    return size == 0 ? Double.POSITIVE_INFINITY : now.costs[cheapest()];
  }

  /** Index of the partial plan with the lowest reduced cost. */
  int cheapest() {
    int cheapest = 0;
    for (int b = 1; b < size; b++) {
      if (now.costs[b] < now.costs[cheapest]) {
        cheapest = b;
      }
    }
    return cheapest;
  }

  /** The steps so far. */
  BeamHistory history() {
    return history;
  }

  /**
   * Extends every partial plan by an arc, and keeps the best extensions.
   *
   * @param step the arc
   * @param option the option to take, or {@link #ALL} to try each one
   * @param earliest time of the arc's head that is early enough, in ticks: nothing is gained before
   *     it
   * @param latest maximum time of the arc's head, in ticks
   * @param wasAnticipated whether the minimum cost of this arc is already part of the reduced cost
   * @param end position in the sweep from which on no arc is anticipated
   * @param budget reduced cost in joules from which on partial plans are dropped
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

  /** Extends by each of an arc's options. */
  private void extendByAll(
      SweepStep step, long earliest, long latest, int anticipated, double budget) {
    PricedOptions priced = step.options();
    double minScore = Double.POSITIVE_INFINITY;
    double minScoreWithout = Double.POSITIVE_INFINITY;
    for (int b = 0; b < size; b++) {
      minScore = Math.min(minScore, now.costs[b] + penaltiesWithout[b]);
      minScoreWithout = Math.min(minScoreWithout, costsWithout[b] + penaltiesWithout[b]);
    }
    candidates.start(minScore, SPREAD_GROWTH * spread, budget);
    // The cheapest options come first: they lower the limit, which then cuts off most others.
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
   * Cost of waiting for the head at a time, and anticipated cost from there on, in joules.
   *
   * @param done when the arc is done
   * @param time when its head happens
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

  /** Extends by one option of an arc, in place. */
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

  /** Replaces the partial plans by the best extensions. */
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
      maxScore = Math.max(maxScore, candidates.score(b));
      next.hashes[b] = candidates.hash(b);
    }
    spread = size == next.costs.length ? maxScore - minScore : 0;
    history.add(parents, options);
    Beam used = now;
    now = next;
    next = used;
  }
}
