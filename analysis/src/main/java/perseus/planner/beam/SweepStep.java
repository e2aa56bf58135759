package perseus.planner.beam;

/**
 * Holds the data of one arc (operation or precedence) for one step of the beam search.
 *
 * @param position position of the arc in the order in which the search visits the arcs
 * @param tail index of the event at which the arc starts
 * @param head index of the event at which the arc ends
 * @param tailSlot index of the start event in the array of event times
 * @param headSlot index of the end event in the array of event times
 * @param opensHead whether no earlier arc enters the end event
 * @param closesTail whether no later arc leaves the start event
 * @param options frequency choices of the arc, with the price of the arc's time
 * @param inflow sum of the prices of earlier arcs into the same end event, in joules per integer
 *     time unit
 * @param delayCosts table in joules from {@link PricedOptions#delayCosts}; null if the search does
 *     not need the table
 * @param anticipated later arcs whose minimum cost the search adds in advance, when it visits this
 *     arc. When the search visits the later arc, the cost at the chosen frequency replaces the
 *     minimum cost of the later arc.
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
   * Computes the minimum cost in joules of an arc if it is the last arc that enters its end event.
   *
   * @param apart time from the start of this arc until all other arcs into the same end event have
   *     ended, in integer time units
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
