package perseus.planner.beam;

/**
 * Holds the data of one arc of an {@link ArcSweep} for one step of the beam search. In one step,
 * {@link PartialPlans} extends all partial plans (options for the first arcs) by one arc.
 *
 * @param position position of the arc in the sweep
 * @param tail index of the event at which the arc starts
 * @param head index of the event at which the arc ends
 * @param tailSlot slot (index in the array of event times) of the event at which the arc starts
 * @param headSlot slot (index in the array of event times) of the event at which the arc ends
 * @param opensHead whether the arc is the first arc of the sweep that enters its end event
 * @param closesTail whether the arc is the last arc of the sweep that leaves its start event
 * @param options options (frequencies) of the arc, with the price of the arc's time
 * @param inflow sum of the prices of the arcs into the head (end event) that the sweep visits
 *     before this arc, in joules per tick
 * @param delayCosts table in joules from {@link PricedOptions#delayCosts}; null if the search never
 *     adds the cost of the arc in advance
 * @param anticipated data of those later arcs whose minimum costs the search already adds in this
 *     step, in the order of their positions
 */
record SweepStep(
    int position,
    int tail,
    int head,
    int tailSlot,
    int headSlot,
    boolean opensHead,
    boolean closesTail,
    PricedOptions options,
    double inflow,
    double[] delayCosts,
    SweepStep[] anticipated) {
  /**
   * Computes the minimum cost of this arc in joules. This arc must be the last arc of the sweep
   * that enters its head (end event).
   *
   * @param apart number of ticks (integer units of time) between the time of the arc's tail (start
   *     event) and the latest end of the other arcs into its head (end event)
   */
  double minCost(long apart) {
    return options.minCost(apart, inflow, delayCosts);
  }

  /** Returns the number of arcs in {@code anticipated} whose position is before {@code end}. */
  int anticipatedBefore(int end) {
    int count = 0;
    while (count < anticipated.length && anticipated[count].position < end) {
      count++;
    }
    return count;
  }
}
