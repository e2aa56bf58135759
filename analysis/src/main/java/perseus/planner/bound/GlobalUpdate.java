package perseus.planner.bound;

/**
 * Computes a delay for every event of a {@link CostScalingCirculation}, and delays all events at
 * once (a global price update). After the update, every event with too much incoming flow can push
 * flow along a path to an event with too little.
 *
 * <p>The delay of an event is the tolerance times its distance to the nearest event with too little
 * incoming flow. The method is from Goldberg (Journal of Algorithms 22, 1997). The distance along a
 * residual arc is {@code max(0, floor(s / tolerance) + 1)}, where s is the time between its events
 * minus its length. Events that the search has not reached get the delay of the farthest event that
 * the search reached. Dijkstra's algorithm with buckets computes the distances in O(arcs + largest
 * distance).
 */
final class GlobalUpdate {
  /** Maximum delay of an event, divided by the permitted error of event times. */
  private static final int MAX_TOLERANCES = 1 << 14;

  private final ResidualGraph graph;
  private final long[] events;
  private final long[] excess;

  /**
   * Distance of each event to the nearest event into which less flow enters than leaves. The unit
   * of the distances is the permitted error of event times.
   */
  private final DistanceBuckets distances;

  /**
   * @param events time of each event in integer time units; this class and the caller change the
   *     array
   * @param excess incoming minus outgoing flow of each event in integer power units; the caller
   *     changes the array
   */
  GlobalUpdate(ResidualGraph graph, long[] events, long[] excess) {
    this.graph = graph;
    this.events = events;
    this.excess = excess;
    distances = new DistanceBuckets(events.length, MAX_TOLERANCES);
  }

  /**
   * Delays every event. Returns false, without any delay, if no event has more incoming than
   * outgoing flow.
   *
   * @param toleranceBits exponent of the permitted error of event times, which is {@code
   *     2^toleranceBits} integer time units
   */
  boolean delayEvents(int toleranceBits) {
    int unreached = 0;
    distances.clear();
    for (int v = 0; v < events.length; v++) {
      if (excess[v] > 0) {
        unreached++;
      } else if (excess[v] < 0) {
        distances.lower(v, 0);
      }
    }
    if (unreached == 0) {
      return false;
    }
    int last = MAX_TOLERANCES;
    for (int d = 0; d < MAX_TOLERANCES && last == MAX_TOLERANCES; d++) {
      while (unreached > 0 && !distances.isEmpty(d)) {
        int v = distances.remove(d);
        unreached -= excess[v] > 0 ? 1 : 0;
        reachFrom(v, toleranceBits);
      }
      if (unreached == 0) {
        last = d;
      }
    }
    for (int v = 0; v < events.length; v++) {
      events[v] += (long) Math.min(last, distances.of(v)) << toleranceBits;
    }
    return true;
  }

  /** Lowers the distances of the events from which a residual arc leads to event {@code v}. */
  private void reachFrom(int v, int toleranceBits) {
    int d = distances.of(v);
    for (int c = graph.first[v]; c < graph.first[v + 1]; c++) {
      int u = graph.head[c];
      if (distances.of(u) > d) {
        long slack = events[v] - events[u] - graph.twinLength[c];
        long through = d + (slack < 0 ? 0 : (slack >> toleranceBits) + 1);
        if (through < distances.of(u)) {
          distances.lower(u, (int) through);
        }
      }
    }
  }
}
