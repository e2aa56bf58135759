package perseus.planner.beam;

import java.util.Arrays;
import perseus.io.Interruption;
import perseus.planner.network.EventNetwork;
import perseus.planner.problem.PlanningProblem;

/**
 * Chooses the options (frequencies) of many operations together, by beam search over a network.
 *
 * <p><b>Problem.</b> The problem is to choose an option {@code k(j)} for every operation j, so that
 * the sum of the effective energies {@code eps_j,k(j)} is minimal. A choice is valid if event times
 * x exist with {@code x_head - x_tail >= t_j,k(j)} (time of option k(j)) for every operation j and
 * {@code x_head - x_tail >= lag} for every precedence. The sink (last event) has the deadline T.
 *
 * <p><b>Reduced cost.</b> Let f be an optimal flow of the relaxed problem (durations may lie
 * between two options) with deadline T, in joules per tick. Let F be the total flow from source to
 * sink. At each event between source and sink, as much flow enters as leaves. So {@code sum_arcs
 * f_a (x_head - x_tail)} equals {@code F x_sink} for all event times x. If option i of arc a has
 * the time {@code t_a,i} and the energy {@code eps_a,i}, every plan satisfies:
 *
 * <pre>
 * sum_j eps_j,k(j) = sum_arcs min_i (eps_a,i + f_a t_a,i) - F T    the relaxed optimum
 *                  + sum_arcs c_a                                   reduced costs of the options
 *                  + sum_arcs f_a (x_head - x_tail - t_a,k(a))      cost of waiting
 *                  + F (T - x_sink)
 * where       c_a  = eps_a,k(a) + f_a t_a,k(a) - min_i (eps_a,i + f_a t_a,i)
 * </pre>
 *
 * All terms of the equation except the relaxed optimum are at least 0. A partial plan has options
 * for the first arcs of an {@link ArcSweep}. The reduced cost of a partial plan is the sum of the
 * reduced costs of its options and its costs of waiting, with every event at its earliest time. A
 * new arc never lowers the reduced cost: it adds terms of at least 0 and can only delay events.
 * Therefore every plan that completes a partial plan costs at least the relaxed optimum plus the
 * reduced cost of the partial plan. The search compares partial plans by their reduced costs,
 * although their events have different times. The search places no event earlier than T minus its
 * longest path to the sink. Therefore the sink is at T, and {@code F (T - x_sink)} is 0.
 *
 * <p><b>Method.</b> At each step the search extends all partial plans by the next arc, with each
 * option of the arc. Then the search keeps only the best partial plans ({@link PartialPlans}). When
 * only one arc into an event is left, the search adds the minimum cost of this arc in advance
 * ({@link PricedOptions#minCost}). {@link #improveParts} chooses new options for one part (group of
 * consecutive operations), while all other operations keep their options. The method drops partial
 * plans that do not cost less than the current options. {@link #searchNear} chooses new options for
 * all operations, with events close to given times ({@link GuideTimes}).
 *
 * <p><b>Complexity.</b> With A arcs, width W, at most K options per arc and C events in the cut
 * ({@link ArcSweep}), time is O(A W (K + C)) and memory is O(W (A + C)).
 *
 * <p><b>Limits.</b> The search is a heuristic. The result for a part (group of operations) is
 * optimal if the search dropped no partial plan because of its width, and treated only identical
 * event times as equal. The search assumes that clock changes take no time.
 *
 * <p>Source: the beam search is described in Lowerre, "The HARPY Speech Recognition System", 1976.
 * The comparison by reduced costs was developed in this project.
 */
final class BeamSearch {
  /** Minimum energy in joules that new frequencies must save; less may be a rounding error. */
  private static final double MIN_SAVING_JOULES = 1e-9;

  private final EventNetwork network;
  private final ArcSweep sweep;
  private final PricedOptions[] options;
  private final long deadline;
  private final SweepStep[] steps;
  private PartialPlans partials;

  /** Longest path from each event to the sink in ticks, with the fastest allowed frequencies. */
  private final long[] shortestToSink;

  /** Longest path from each event to the sink in ticks, with the slowest allowed frequencies. */
  private final long[] longestToSink;

  /** Earliest time of each event in ticks, computed from the arcs before the current part only. */
  private final long[] times;

  /**
   * @param network the event network; for a search backwards in time, the reversed event network
   * @param sweep the order of the network's arcs
   * @param options the options (frequencies) of each arc, with their costs above the cheapest
   *     option
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
    // The loop runs backwards, because a step uses data of later steps.
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
   * Chooses new options (frequencies) for one part (group of consecutive operations) at a time. All
   * other operations keep their options. Each part includes the second half of the previous one.
   *
   * @param choices for each operation, the index of its option (frequency) in a plan that ends by
   *     the deadline; the method changes options where it finds a better plan
   * @param operations approximate number of operations in a part (group of operations)
   * @param partialPlans working memory; its width is the maximum number of partial plans at a step
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

  /**
   * Returns a position after {@code from}, with at least the given number of operations in between.
   * The returned position never separates two arcs that leave the same event.
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
   * Computes the longest paths to the sink from the start events of the arcs at positions {@code
   * from} to {@code to - 1}.
   *
   * @param open whether the arcs at positions {@code from} to {@code to - 1} may get other options
   *     (frequencies); if false, they keep the options in {@code choices}
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

  /** Updates the earliest event times for arcs whose options (frequencies) are now final. */
  private void advanceTimes(int[] choices, int from, int to) {
    for (int position = from; position < to; position++) {
      int arc = sweep.arcs[position];
      int head = network.to[arc];
      times[head] = Math.max(times[head], times[network.from[arc]] + ticks(choices, arc));
    }
  }

  /**
   * Chooses new options (frequencies) for all operations, with events close to guide times.
   *
   * @param choices receives the index of every operation's option (frequency) if a plan is found
   * @param guideTimes guide time of each event (the event stays close to it), in ticks
   * @param maxDelay maximum delay of an event after its guide time, in ticks
   * @param pull penalty for a distance of one tick from the guide time of an event, as a fraction
   *     of the sum of the prices of all arcs into the event
   * @param partialPlans working memory; its width is the maximum number of partial plans at a step
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

  /**
   * Copies the options (frequencies) of the best partial plan to {@code choices}.
   *
   * @param cost lowest energy of a partial plan above the minimum, in joules; infinite if none is
   *     left
   * @return whether a partial plan is left
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
   * Extends an empty partial plan by the arcs at the positions {@code from} to {@code to - 1}.
   *
   * @param choices for each operation, the index of the option (frequency) to take; null to try all
   * @param guide times to which events should stay close; null to search without such times
   * @param budget limit of energy above the minimum, in joules; plans at or above it are dropped
   * @return lowest energy of a partial plan above the minimum, in joules; infinite if none is left
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

  /** Sets the initial time of an event if an arc before position {@code from} enters the event. */
  private void startFrom(int event, int slot, int from) {
    if (sweep.openedAt[event] < from) {
      partials.set(slot, Math.max(times[event], deadline - longestToSink[event]));
    }
  }
}
