package perseus.planner.beam;

import java.util.Arrays;
import perseus.planner.network.EventNetwork;
import perseus.planner.problem.PlanningProblem;

/**
 * Beam search over the arcs of an event network, which chooses the options of many operations at
 * once.
 *
 * <p><b>Problem.</b> Minimize the effective energy {@code sum_j eps_j,k(j)} over the options {@code
 * k(j)} of all operations, where event times x exist with {@code x_head - x_tail >= t_j,k(j)} for
 * every operation and {@code x_head - x_tail >= lag} for every precedence, and the sink is no later
 * than the deadline T.
 *
 * <p><b>Reduced cost.</b> Let f be an optimal flow of the relaxed problem at T, in joules per tick,
 * and F its value. As much flow leaves each event as enters it, so {@code sum_arcs f_a (x_head -
 * x_tail) = F x_sink} for all times x, and every plan satisfies
 *
 * <pre>
 * sum_j eps_j,k(j) = sum_arcs min_i (eps_a,i + f_a t_a,i) - F T    the relaxed optimum
 *                  + sum_arcs c_a                                   reduced costs of the options
 *                  + sum_arcs f_a (x_head - x_tail - t_a,k(a))      cost of waiting
 *                  + F (T - x_sink)
 * where       c_a  = eps_a,k(a) + f_a t_a,k(a) - min_i (eps_a,i + f_a t_a,i)
 * </pre>
 *
 * No term after the relaxed optimum is negative. A partial plan has options for the first arcs of
 * an {@link ArcSweep}; its reduced cost is the sum of these terms over its arcs, with every event
 * at its earliest time. More arcs add terms and can only make events later, which adds waiting. So
 * the relaxed optimum plus the reduced cost of a partial plan is a lower bound of the energy of
 * every plan that completes it, and partial plans can be compared by it although their events have
 * different times. Events are never set earlier than T minus the longest path to the sink, so the
 * last term is 0.
 *
 * <p><b>Method.</b> The search extends all partial plans by one arc after the other, with each
 * option of the arc, and keeps the best ({@link PartialPlans}). Where all arcs but one have entered
 * an event, the minimum cost of the last one is known in advance and counted at once ({@link
 * PricedOptions#minCost}). {@link #improveParts} chooses the options of one part of the operations
 * anew while all others stay, and drops partial plans that already cost as much as the plan does
 * there. {@link #searchNear} chooses all options anew, close to given times ({@link GuideTimes}).
 *
 * <p><b>Complexity.</b> With A arcs, width W, at most K options per arc and C events in the cut,
 * time is O(A W (K + C)) and memory is O(W (A + C)).
 *
 * <p><b>Limits.</b> The result is a heuristic. It is the optimum of a part only if the width was
 * never exhausted and times are told apart tick by tick. Changes of clock are not considered.
 *
 * <p>Source: beam search as in Lowerre, "The HARPY Speech Recognition System", 1976; the comparison
 * by reduced costs of a relaxation is this project's own.
 */
final class BeamSearch {
  /** Joules that a new part must save, so that rounding errors do not count as savings. */
  private static final double MIN_SAVING_JOULES = 1e-9;

  private final EventNetwork network;
  private final ArcSweep sweep;
  private final PricedOptions[] options;
  private final long deadline;
  private final SweepStep[] steps;
  private PartialPlans partials;

  /** Shortest path from each event to the sink, in ticks, with the options that may be chosen. */
  private final long[] shortestToSink;

  /** Longest path from each event to the sink, in ticks, with the options that may be chosen. */
  private final long[] longestToSink;

  /** Earliest times of the events, in ticks, as far as arcs before the current part decide them. */
  private final long[] times;

  /**
   * @param network the event network; a reversed one for a search backwards in time
   * @param sweep the order of its arcs
   * @param options options of each arc, priced by an optimal flow of the relaxed problem
   * @param deadline latest time of the sink, in ticks
   */
  BeamSearch(EventNetwork network, ArcSweep sweep, PricedOptions[] options, long deadline) {
    this.network = network;
    this.sweep = sweep;
    this.options = options;
    this.deadline = deadline;
    shortestToSink = new long[network.nodes()];
    longestToSink = new long[network.nodes()];
    times = new long[network.nodes()];
    steps = steps();
  }

  private SweepStep[] steps() {
    int count = sweep.arcs.length;
    double[] inflow = new double[network.nodes()];
    double[] inflowBefore = new double[count];
    for (int position = 0; position < count; position++) {
      int arc = sweep.arcs[position];
      inflowBefore[position] = inflow[network.to[arc]];
      inflow[network.to[arc]] += options[arc].price;
    }
    SweepStep[] all = new SweepStep[count];
    // Backwards, because a step refers to the later steps that it anticipates.
    for (int position = count - 1; position >= 0; position--) {
      int arc = sweep.arcs[position];
      boolean isAnticipated = sweep.anticipatedFrom[position] != PlanningProblem.NONE;
      int[] anticipates = sweep.anticipates[position];
      SweepStep[] anticipated = new SweepStep[anticipates.length];
      for (int i = 0; i < anticipated.length; i++) {
        anticipated[i] = all[anticipates[i]];
      }
      all[position] =
          new SweepStep(
              position,
              network.from[arc],
              network.to[arc],
              sweep.tailSlot[position],
              sweep.headSlot[position],
              sweep.opensHead[position],
              sweep.closesTail[position],
              options[arc],
              inflowBefore[position],
              isAnticipated ? options[arc].delayCosts(inflowBefore[position]) : null,
              anticipated);
    }
    return all;
  }

  /**
   * Chooses the options of one part of the operations after the other anew, while all others stay.
   * Successive parts overlap by half.
   *
   * @param choices options that are in time; changed where a better plan is found
   * @param operations approximate number of operations in a part
   * @param partialPlans working memory, with the width of the search
   */
  void improveParts(int[] choices, int operations, PartialPlans partialPlans) {
    partials = partialPlans;
    int count = sweep.arcs.length;
    Arrays.fill(times, 0);
    computePathsToSink(choices, 0, count, false);
    int from = 0;
    while (from < count) {
      int half = positionAfter(from, operations - operations / 2);
      int to = positionAfter(half, operations / 2);
      computePathsToSink(choices, from, to, true);
      improvePart(choices, from, to);
      advanceTimes(choices, from, half);
      from = to == count ? count : half;
    }
  }

  /**
   * The position after a number of operations. It is never between two arcs that leave the same
   * event.
   */
  private int positionAfter(int from, int operations) {
    int position = from;
    int passed = 0;
    while (position < sweep.arcs.length
        && (passed < operations || !sweep.closesTail[position - 1])) {
      if (sweep.arcs[position++] < network.operations) {
        passed++;
      }
    }
    return position;
  }

  /**
   * Computes the shortest and longest paths to the sink from the tails of some arcs.
   *
   * @param open whether the options of these arcs may be chosen; otherwise they are as in choices
   */
  private void computePathsToSink(int[] choices, int from, int to, boolean open) {
    for (int position = to - 1; position >= from; position--) {
      int arc = sweep.arcs[position];
      int tail = network.from[arc];
      int head = network.to[arc];
      if (sweep.closesTail[position]) {
        shortestToSink[tail] = 0;
        longestToSink[tail] = 0;
      }
      long fastest = open ? options[arc].times.fastest() : ticks(choices, arc);
      long slowest = open ? options[arc].times.slowest() : fastest;
      shortestToSink[tail] = Math.max(shortestToSink[tail], shortestToSink[head] + fastest);
      longestToSink[tail] = Math.max(longestToSink[tail], longestToSink[head] + slowest);
    }
  }

  private long ticks(int[] choices, int arc) {
    return options[arc].times.ticks(choice(choices, arc));
  }

  private int choice(int[] choices, int arc) {
    return arc < network.operations ? choices[arc] : 0;
  }

  /** Updates the earliest times by arcs whose options are final. */
  private void advanceTimes(int[] choices, int from, int to) {
    for (int position = from; position < to; position++) {
      int arc = sweep.arcs[position];
      int head = network.to[arc];
      times[head] = Math.max(times[head], times[network.from[arc]] + ticks(choices, arc));
    }
  }

  /**
   * Chooses all options anew, with events close to guide times.
   *
   * @param choices filled in if a plan is found
   * @param guideTimes guide time of each event, in ticks
   * @param maxDelay ticks by which an event may be later than its guide time
   * @param pull penalty per tick of distance from the guide time, as a fraction of the sum of the
   *     prices of the arcs into the event
   * @param partialPlans working memory, with the width of the search
   * @return whether a plan was found
   */
  boolean searchNear(
      int[] choices, long[] guideTimes, long maxDelay, double pull, PartialPlans partialPlans) {
    partials = partialPlans;
    int count = sweep.arcs.length;
    Arrays.fill(times, 0);
    computePathsToSink(choices, 0, count, true);
    double[] joulesPerTick = new double[network.nodes()];
    for (int arc = 0; arc < network.arcs(); arc++) {
      joulesPerTick[network.to[arc]] += pull * options[arc].price;
    }
    long[] reachable = new long[network.nodes()];
    Arrays.setAll(reachable, event -> Math.max(guideTimes[event], deadline - longestToSink[event]));
    GuideTimes guide = new GuideTimes(reachable, joulesPerTick, maxDelay);
    return takeBest(choices, 0, count, search(0, count, null, guide, Double.POSITIVE_INFINITY));
  }

  private void improvePart(int[] choices, int from, int to) {
    double budget = search(from, to, choices, null, Double.POSITIVE_INFINITY);
    takeBest(choices, from, to, search(from, to, null, null, budget - MIN_SAVING_JOULES));
  }

  /**
   * Takes the options of the best partial plan.
   *
   * @param cost its reduced cost; infinite if there is none
   * @return whether there is one
   */
  private boolean takeBest(int[] choices, int from, int to, double cost) {
    if (cost == Double.POSITIVE_INFINITY) {
      return false;
    }
    BeamHistory history = partials.history();
    int at = partials.cheapest();
    for (int position = to - 1; position >= from; position--) {
      int option = history.option(position - from, at);
      if (option != PartialPlans.ALL) {
        choices[sweep.arcs[position]] = option;
      }
      at = history.parent(position - from, at);
    }
    return true;
  }

  /**
   * Extends the empty partial plan by the arcs of a part.
   *
   * @param choices the options to take, or null to try all
   * @param guide times to keep close to, or null
   * @param budget reduced cost in joules from which on partial plans are dropped
   * @return the lowest reduced cost in joules; infinite if no partial plan is left
   */
  private double search(int from, int to, int[] choices, GuideTimes guide, double budget) {
    partials.start(to - from, guide);
    for (int position = from; position < to; position++) {
      startFrom(network.from[sweep.arcs[position]], sweep.tailSlot[position], from);
      startFrom(network.to[sweep.arcs[position]], sweep.headSlot[position], from);
    }
    for (int position = from; position < to; position++) {
      int arc = sweep.arcs[position];
      int head = network.to[arc];
      long latest = deadline - shortestToSink[head];
      partials.extend(
          steps[position],
          choices == null ? PartialPlans.ALL : choice(choices, arc),
          deadline - longestToSink[head],
          guide == null ? latest : Math.min(latest, guide.latest(head)),
          sweep.anticipatedFrom[position] >= from,
          to,
          budget);
    }
    return partials.minCost();
  }

  /** Sets the time of an event that an arc before the part has entered. */
  private void startFrom(int event, int slot, int from) {
    if (sweep.openedAt[event] < from) {
      partials.set(slot, Math.max(times[event], deadline - longestToSink[event]));
    }
  }
}
