package perseus.planner.bound;

/**
 * Delays all events of a {@link CostScalingCirculation} together, each by its own amount (a global
 * price update). Afterwards every event with excess flow has a path to an event with a flow
 * deficit, through residual arcs of negative slack.
 *
 * <p>A residual arc of slack s has the length {@code floor(s / tolerance) + 1}, or 0 if s is
 * negative. Each event is delayed by its distance from the nearest deficit times the tolerance
 * (Goldberg, Journal of Algorithms 22, 1997). The search for distances stops when it has reached
 * all events with excess. Events that the search has not reached are delayed by the last distance.
 * Dijkstra's algorithm with buckets computes the distances in O(arcs + largest distance).
 */
final class GlobalUpdate {
  /**
   * Maximum delay of an event, as a multiple of the tolerance. Events at a larger distance are
   * delayed by the maximum.
   */
  private static final int MAX_TOLERANCES = 1 << 14;

  private final ResidualGraph graph;
  private final long[] events;
  private final long[] excess;

  /**
   * The queue {@code distances} holds the distance of each event from the nearest deficit, as a
   * multiple of the tolerance.
   */
  private final DistanceBuckets distances;

  /**
   * Prepares the global update.
   *
   * @param events time of each event in ticks; this class and the caller change the array
   * @param excess incoming minus outgoing flow of each event in scaled watts; the caller changes
   *     the array
   */
  GlobalUpdate(ResidualGraph graph, long[] events, long[] excess) {
    this.graph = graph;
    this.events = events;
    this.excess = excess;
    distances = new DistanceBuckets(events.length, MAX_TOLERANCES);
  }

  /**
   * Delays all events by their distances from the nearest deficit.
   *
   * @param toleranceBits the tolerance is {@code 2^toleranceBits} ticks
   * @return false if no event has excess; then no event is delayed
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

  /** Lowers the distances of the events that have a residual arc to event {@code v}. */
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
