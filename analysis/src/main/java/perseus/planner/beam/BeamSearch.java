package perseus.planner.beam;

import java.util.Arrays;
import perseus.planner.bound.BreakpointSolver;
import perseus.planner.network.EventNetwork;
import perseus.planner.problem.PlanningProblem;

/**
 * Improves a plan by choosing the options of many operations anew, one after the other in the order
 * of their events, with the most promising beginnings kept at each (beam search).
 *
 * <p><b>Beginnings.</b> What was chosen so far matters to what follows by what it costs and by the
 * times of the events in the cut ({@link ArcSweep}). Of beginnings whose times are about the same
 * the cheaper one is kept, and of all that are left the {@code width} most promising.
 *
 * <p><b>Promise.</b> Let f be an optimal flow of the relaxed problem ({@link BreakpointSolver}) in
 * joules per tick. As much of it leaves each event as comes to it, so that for every plan with
 * event times x, deadline T and flow F from source to sink
 *
 * <pre>
 * sum_j eps_jk = sum_j min_i (eps_ji + f_j t_ji) - F T                    the relaxed optimum
 *              + sum_j (eps_jk + f_j t_jk - min_i (eps_ji + f_j t_ji))    reduced costs of options
 *              + sum_arcs f_a (x_head - x_tail - t_a)                     waiting
 *              + F (T - x_sink)
 * </pre>
 *
 * What is added to the optimum is never negative: it is the cost of rounding. As much of it as a
 * beginning has met, every completion has too; that is what beginnings are compared by, however
 * late or early each of their events is. Where all arcs but one have come to an event, what the
 * last one adds at the least is known before its turn and counts as well ({@link
 * PricedOptions#least}). Where all options are chosen anew, beginnings are also charged for leaving
 * their {@link GuideTimes}.
 *
 * <p>Where a part is improved, a beginning that has as much as the plan has there is given up; if
 * the width is not exhausted, what is found is the best there is, but for times that count as the
 * same.
 */
final class BeamSearch {
  /** Joules that are not worth a change. */
  private static final double NOTHING = 1e-9;

  private final EventNetwork network;
  private final ArcSweep order;
  private final PricedOptions[] options;
  private final long deadline;
  private final SweepStep[] steps;
  private PartialPlans beginnings;

  /** Least and greatest ticks from each event to the end, by the options that may be chosen. */
  private final long[] shortest;

  private final long[] longest;

  /** Times of events that the arcs before the part at hand have come to. */
  private final long[] times;

  /**
   * @param options of each arc, at the price of an optimal flow
   * @param deadline in ticks
   */
  BeamSearch(EventNetwork network, ArcSweep order, PricedOptions[] options, long deadline) {
    this.network = network;
    this.order = order;
    this.options = options;
    this.deadline = deadline;
    shortest = new long[network.nodes()];
    longest = new long[network.nodes()];
    times = new long[network.nodes()];
    steps = steps();
  }

  private SweepStep[] steps() {
    int count = order.arcs.length;
    double[] arrived = new double[network.nodes()];
    double[] arrivedBefore = new double[count];
    for (int place = 0; place < count; place++) {
      int arc = order.arcs[place];
      arrivedBefore[place] = arrived[network.to[arc]];
      arrived[network.to[arc]] += options[arc].price;
    }
    SweepStep[] all = new SweepStep[count];
    // What is foreseen comes later: from the last place to the first.
    for (int place = count - 1; place >= 0; place--) {
      int arc = order.arcs[place];
      boolean foreseen = order.foreseenAt[place] != PlanningProblem.NONE;
      int[] foresees = order.foresees[place];
      SweepStep[] later = new SweepStep[foresees.length];
      for (int i = 0; i < later.length; i++) {
        later[i] = all[foresees[i]];
      }
      all[place] =
          new SweepStep(
              place,
              network.from[arc],
              network.to[arc],
              order.tailSlot[place],
              order.headSlot[place],
              order.reaches[place],
              order.leaves[place],
              options[arc],
              arrivedBefore[place],
              foreseen ? options[arc].late(arrivedBefore[place]) : null,
              later);
    }
    return all;
  }

  /**
   * Chooses the options of one part of the operations after the other anew, with all others as they
   * are; parts overlap by half.
   *
   * @param choices in time; changed where a better plan is found
   * @param operations in a part, about
   */
  void improve(int[] choices, int operations, PartialPlans beginnings) {
    this.beginnings = beginnings;
    int places = order.arcs.length;
    Arrays.fill(times, 0);
    findTails(choices, 0, places, false);
    int from = 0;
    while (from < places) {
      int half = end(from, operations - operations / 2);
      int to = end(half, operations / 2);
      findTails(choices, from, to, true);
      improvePart(choices, from, to);
      pass(choices, from, half);
      from = to == places ? places : half;
    }
  }

  /** The place after about so many operations; what leaves an event stays together. */
  private int end(int from, int count) {
    int place = from;
    int operations = 0;
    while (place < order.arcs.length && (operations < count || !order.leaves[place - 1])) {
      if (order.arcs[place++] < network.operations) {
        operations++;
      }
    }
    return place;
  }

  /** Ways to the end from the tails of some arcs, whose options are open or as chosen. */
  private void findTails(int[] choices, int from, int to, boolean open) {
    for (int place = to - 1; place >= from; place--) {
      int arc = order.arcs[place];
      int tail = network.from[arc];
      int head = network.to[arc];
      if (order.leaves[place]) {
        shortest[tail] = 0;
        longest[tail] = 0;
      }
      long least = open ? options[arc].times.fastest() : ticks(choices, arc);
      long most = open ? options[arc].times.slowest() : least;
      shortest[tail] = Math.max(shortest[tail], shortest[head] + least);
      longest[tail] = Math.max(longest[tail], longest[head] + most);
    }
  }

  private long ticks(int[] choices, int arc) {
    return options[arc].times.ticks(choice(choices, arc));
  }

  private int choice(int[] choices, int arc) {
    return arc < network.operations ? choices[arc] : 0;
  }

  /** Goes past arcs whose options are as chosen. */
  private void pass(int[] choices, int from, int to) {
    for (int place = from; place < to; place++) {
      int arc = order.arcs[place];
      int head = network.to[arc];
      times[head] = Math.max(times[head], times[network.from[arc]] + ticks(choices, arc));
    }
  }

  /**
   * Chooses all options anew, whatever they were.
   *
   * @param choices filled in where a plan is found
   * @param course the times of the events to keep to, in ticks
   * @param late ticks later than that an event may be
   * @param pull share of the price of its time that an event is charged where it is off
   * @return whether a plan was found
   */
  boolean choose(int[] choices, long[] course, long late, double pull, PartialPlans beginnings) {
    this.beginnings = beginnings;
    int places = order.arcs.length;
    Arrays.fill(times, 0);
    findTails(choices, 0, places, true);
    double[] joulesPerTick = new double[network.nodes()];
    for (int arc = 0; arc < network.arcs(); arc++) {
      joulesPerTick[network.to[arc]] += pull * options[arc].price;
    }
    long[] kept = new long[network.nodes()];
    Arrays.setAll(kept, event -> Math.max(course[event], deadline - longest[event]));
    GuideTimes toKeep = new GuideTimes(kept, joulesPerTick, late);
    return take(choices, 0, places, follow(0, places, null, toKeep, Double.POSITIVE_INFINITY));
  }

  private void improvePart(int[] choices, int from, int to) {
    double budget = follow(from, to, choices, null, Double.POSITIVE_INFINITY);
    take(choices, from, to, follow(from, to, null, null, budget - NOTHING));
  }

  /** Takes the options of the best beginning, unless what it adds is infinite: there is none. */
  private boolean take(int[] choices, int from, int to, double added) {
    if (added == Double.POSITIVE_INFINITY) {
      return false;
    }
    int at = beginnings.best();
    for (int place = to - 1; place >= from; place--) {
      int option = beginnings.option(place - from, at);
      if (option != PartialPlans.ALL) {
        choices[order.arcs[place]] = option;
      }
      at = beginnings.parent(place - from, at);
    }
    return true;
  }

  /**
   * Goes through a part.
   *
   * @param choices the options to take, or null for all there are
   * @param course to keep to, or null where the deadline is all that counts
   * @return the least that is added to the optimum on the way, in joules, or infinity where nothing
   *     stays below {@code budget}
   */
  private double follow(int from, int to, int[] choices, GuideTimes course, double budget) {
    beginnings.start(to - from, course);
    for (int place = from; place < to; place++) {
      startFrom(network.from[order.arcs[place]], order.tailSlot[place], from);
      startFrom(network.to[order.arcs[place]], order.headSlot[place], from);
    }
    for (int place = from; place < to; place++) {
      int arc = order.arcs[place];
      int head = network.to[arc];
      long latest = deadline - shortest[head];
      beginnings.extend(
          steps[place],
          choices == null ? PartialPlans.ALL : choice(choices, arc),
          deadline - longest[head],
          course == null ? latest : Math.min(latest, course.latest(head)),
          order.foreseenAt[place] >= from,
          to,
          budget);
    }
    return beginnings.least();
  }

  /** Sets the time of an event that the arcs before a part have come to. */
  private void startFrom(int event, int slot, int from) {
    if (order.reachedAt[event] < from) {
      beginnings.set(slot, Math.max(times[event], deadline - longest[event]));
    }
  }
}
