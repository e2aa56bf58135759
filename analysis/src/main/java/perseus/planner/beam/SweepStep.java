package perseus.planner.beam;

/**
 * One arc of an {@link ArcSweep}, with everything that {@link PartialPlans} need to be extended by
 * it.
 *
 * @param position position of the arc in the sweep
 * @param tail event at which the arc starts
 * @param head event at which the arc ends
 * @param tailSlot slot of the tail
 * @param headSlot slot of the head
 * @param opensHead whether the arc is the first that enters its head
 * @param closesTail whether the arc is the last that leaves its tail
 * @param options options of the arc, at the price of its time
 * @param inflow sum of the prices of the earlier arcs into the head, in joules per tick
 * @param delayCosts {@link PricedOptions#delayCosts} at the price {@code inflow}; null where the
 *     arc is not anticipated
 * @param anticipated later arcs whose minimum cost can be anticipated from this arc on
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
   * Minimum reduced cost of this arc, in joules, if it is the last into its head.
   *
   * @param apart ticks from its tail to its head, as far as the earlier arcs are concerned
   */
  double minCost(long apart) {
    return options.minCost(apart, inflow, delayCosts);
  }

  /** Number of anticipated arcs at a position before {@code end}. */
  int anticipatedBefore(int end) {
    int count = 0;
    while (count < anticipated.length && anticipated[count].position < end) {
      count++;
    }
    return count;
  }
}
