package perseus.planner.beam;

/**
 * An arc that all {@link PartialPlans} are extended by.
 *
 * @param place in the order of the arcs
 * @param from event at its tail
 * @param to event at its head
 * @param tail slot of its tail
 * @param head slot of its head
 * @param reaches whether it is the first arc that comes to its head
 * @param leaves whether it is the last that leaves its tail
 * @param options with their price
 * @param arrived flow that has come to the head before, in joules per tick
 * @param late of its options at that price, or null where nothing is foreseen of it
 * @param foresees the later arcs of which it can be foreseen from here on what they add
 */
record SweepStep(
    int place,
    int from,
    int to,
    int tail,
    int head,
    boolean reaches,
    boolean leaves,
    PricedOptions options,
    double arrived,
    double[] late,
    SweepStep[] foresees) {
  /** What it adds at the least where others come to its head so long after its tail. */
  double least(long apart) {
    return options.least(apart, arrived, late);
  }

  /** How many of the arcs that it foresees come before a place. */
  int foreseesBefore(int end) {
    int count = 0;
    while (count < foresees.length && foresees[count].place < end) {
      count++;
    }
    return count;
  }
}
