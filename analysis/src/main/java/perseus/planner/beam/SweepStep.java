package perseus.planner.beam;

/**
 * Holds the data of one arc of an {@link ArcSweep} for one step of the beam search. In one step,
 * {@link PartialPlans} extends all partial plans by one arc.
 *
 * @param position position of the arc in the sweep
 * @param tail index of the event at which the arc starts
 * @param head index of the event at which the arc ends
 * @param tailSlot slot (index in the array of event times) of the tail
 * @param headSlot slot (index in the array of event times) of the head
 * @param opensHead whether the arc is the first arc of the sweep that enters its head
 * @param closesTail whether the arc is the last arc of the sweep that leaves its tail
 * @param options options of the arc, with the price of the arc's time
 * @param inflow sum of the prices of the arcs into the head that the sweep visits before this arc,
 *     in joules per tick
 * @param delayCosts result of {@link PricedOptions#delayCosts} for {@code inflow}, in joules; null
 *     if the cost of the arc is never added in advance
 * @param anticipated data of those later arcs whose minimum costs are already added in this step,
 *     in the order of their positions
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
   * that enters its head.
   *
   * @param apart number of ticks between the time of the arc's tail and the latest end of the other
   *     arcs into its head
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
