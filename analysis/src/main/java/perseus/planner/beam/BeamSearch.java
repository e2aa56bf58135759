package perseus.planner.beam;

import java.util.Arrays;
import perseus.io.Interruption;
import perseus.planner.network.EventNetwork;
import perseus.planner.problem.PlanningProblem;

/**
 * Chooses the frequencies of many operations together, by beam search over a network.
 *
 * <p><b>Problem.</b> Choose a frequency for every operation, so that the iteration ends by a
 * deadline with minimal effective energy. Effective energy is energy minus the energy of waiting
 * for the same time.
 *
 * <p><b>Lower bound.</b> An optimal flow of the LP relaxation gives every arc a price of time. The
 * flow through an arc is the price of each unit of time that the arc takes. The following equation
 * holds for every plan, and only the first term of its right side can be negative.
 *
 * <pre>
 * sum_j eps_j,k(j) = sum_a min_i (eps_a,i + f_a t_a,i) - F T    minimum of the LP relaxation
 *                  + sum_a c_a                                   reduced costs of the frequencies
 *                  + sum_a f_a (x_head - x_tail - t_a,k(a))      cost of waiting
 *                  + F (T - x_sink)
 * where       c_a  = eps_a,k(a) + f_a t_a,k(a) - min_i (eps_a,i + f_a t_a,i)
 *
 * a, j        arc of the network: an operation, or a precedence with one possible time
 * t_a,i       time of arc a at frequency i
 * eps_a,i     energy of arc a at frequency i, minus the energy of waiting for the same time
 * f_a, F      flow through arc a, and from source to sink, in joules per unit of time
 * k(a), T     frequency of arc a in the plan, and deadline of the iteration
 * x           times of events; arc a leads from event x_tail to event x_head
 * </pre>
 *
 * <p>A partial plan has frequencies for the arcs that the search has visited. The reduced cost of a
 * partial plan is a sum over the visited arcs, with every event at its earliest time. Each visited
 * arc adds the reduced cost of its frequency and its cost of waiting. Visiting one more arc never
 * lowers the reduced cost of a partial plan. The minimum of the LP relaxation plus the reduced cost
 * of a partial plan is a lower bound. The bound holds for all plans that complete the partial plan.
 *
 * <p><b>Method.</b> At each step the search extends all partial plans by the next arc, with each
 * frequency of the arc. After each step, the search keeps only the partial plans with the lowest
 * reduced costs ({@link PartialPlans}). When only one arc into an event was not visited yet, the
 * search adds the minimum cost of this arc in advance ({@link PricedOptions#minCost}).
 *
 * <p><b>Complexity.</b> The search takes O(A W (K + C)) time and O(W (A + C)) memory, for A arcs,
 * width W and K frequencies per arc. C is the maximum number of events with both visited and
 * unvisited arcs.
 *
 * <p><b>Limits.</b> The search is a heuristic, and assumes that clock changes take no time. The
 * result is optimal if no partial plan was dropped because of the width, and only identical event
 * times counted as equal.
 *
 * <p>Source of beam search: Lowerre, "The HARPY Speech Recognition System", 1976. The use of
 * reduced costs in the beam search is new in this project.
 */
final class BeamSearch {
  /**
   * Minimum energy in joules that new frequencies must save, because a smaller saving may be a
   * rounding error.
   */
  private static final double MIN_SAVING_JOULES = 1e-9;

  private final EventNetwork network;
  private final ArcSweep sweep;
  private final PricedOptions[] options;
  private final long deadline;
  private final SweepStep[] steps;
  private PartialPlans partials;

  /**
   * Longest path from each event to the sink in integer time units, with the fastest allowed
   * frequencies.
   */
  private final long[] shortestToSink;

  /**
   * Longest path from each event to the sink in integer time units, with the slowest allowed
   * frequencies.
   */
  private final long[] longestToSink;

  /**
   * Earliest time of each event in integer time units, from arcs whose frequencies are already
   * final.
   */
  private final long[] times;

  /**
   * @param network the event network; for a search backwards in time, the reversed event network
   * @param sweep the order in which the search visits the arcs
   * @param options the frequency choices of each arc, with their reduced costs
   * @param deadline latest end of the iteration, in integer time units
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
   * Improves a plan, one group of consecutive operations at a time. Each group of operations
   * includes the second half of the previous group.
   *
   * @param choices for each operation, the index of its frequency choice in a plan that ends by the
   *     deadline; receives the improved plan
   * @param operations approximate number of operations in a group
   * @param partialPlans working memory
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
      double budget = search(from, to, choices, null, Double.POSITIVE_INFINITY);
      takeBest(choices, from, to, search(from, to, null, null, budget - MIN_SAVING_JOULES));
      advanceTimes(choices, from, half);
      from = to == count ? count : half;
    }
  }

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
   * Computes the longest paths to the sink from the start events of the arcs in a range of
   * positions. If {@code open} is true, the arcs may take any frequency, otherwise they keep the
   * frequencies in {@code choices}.
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

  /** Updates the earliest event times for arcs whose frequencies are now final. */
  private void advanceTimes(int[] choices, int from, int to) {
    for (int position = from; position < to; position++) {
      int arc = sweep.arcs[position];
      int head = network.to[arc];
      times[head] = Math.max(times[head], times[network.from[arc]] + ticks(choices, arc));
    }
  }

  /**
   * Chooses new frequencies for all operations, and keeps every event close to a given time.
   * Returns whether a plan was found.
   *
   * @param choices receives the index of every operation's frequency choice if a plan is found
   * @param guideTimes given time of each event, in integer time units
   * @param maxDelay maximum delay of an event after its given time, in integer time units
   * @param pull penalty for each second by which an event is early or late, as a fraction of the
   *     energy that one second of delay costs
   * @param partialPlans working memory
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
   * Extends an empty plan by the arcs in a range of positions.
   *
   * @param choices for each operation, the index of the frequency choice to take; null to try all
   * @param guide times to which events should stay close; null to search without such times
   * @param budget limit of the energy above the minimum of the LP relaxation, in joules; plans at
   *     or above the limit are dropped
   * @return smallest difference between the energy of a found plan and the minimum of the LP
   *     relaxation, in joules; infinite if no plan is left
   */
  private double search(int from, int to, int[] choices, GuideTimes guide, double budget) {
    partials.start(to - from, guide);
    for (int position = from; position < to; position++) {
      startFrom(network.from[sweep.arcs[position]], sweep.tailSlot[position], from);
      startFrom(network.to[sweep.arcs[position]], sweep.headSlot[position], from);
    }
    for (int position = from; position < to; position++) {
      Interruption.check();
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

  private void startFrom(int event, int slot, int from) {
    if (sweep.openedAt[event] < from) {
      partials.set(slot, Math.max(times[event], deadline - longestToSink[event]));
    }
  }
}
