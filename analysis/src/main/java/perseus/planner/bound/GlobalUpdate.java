package perseus.planner.bound;

/**
 * Computes a delay for every event of a {@link CostScalingCirculation}, and delays all events at
 * once (a global price update). Different events get different delays. An event has excess if more
 * flow enters than leaves, and a deficit if less flow enters than leaves. After the global update,
 * a path of residual arcs of negative slack leads from every event with excess to an event with a
 * deficit.
 *
 * <p>Distances in this class are lengths of shortest paths of residual arcs. The slack of an arc is
 * the time between its two events minus its length. For the distances, a residual arc with slack s
 * counts as {@code floor(s / tolerance) + 1}, or as 0 if s is negative. The delay of an event is
 * the product of the tolerance and its distance to the nearest event with a deficit (Goldberg,
 * Journal of Algorithms 22, 1997). The search for distances stops when it has reached all events
 * with excess. All events that the search has not reached get the same delay: the product of the
 * tolerance and the largest distance that the search reached. Dijkstra's algorithm with buckets
 * computes the distances in O(arcs + largest distance).
 */
final class GlobalUpdate {
  /**
   * Maximum delay of an event, divided by the tolerance (permitted error of event times in ticks).
   */
  private static final int MAX_TOLERANCES = 1 << 14;

  private final ResidualGraph graph;
  private final long[] events;
  private final long[] excess;

  /**
   * Distance of each event to the nearest event with a deficit (less flow enters than leaves). The
   * unit of the distances is the tolerance (permitted error of event times).
   */
  private final DistanceBuckets distances;

  /**
   * Prepares global updates, each of which delays all events at once.
   *
   * @param events time of each event in ticks (integer units of time); this class and the caller
   *     change the array
   * @param excess incoming minus outgoing flow of each event in scaled watts (integer units of
   *     power); the caller changes the array
   */
  GlobalUpdate(ResidualGraph graph, long[] events, long[] excess) {
    this.graph = graph;
    this.events = events;
    this.excess = excess;
    distances = new DistanceBuckets(events.length, MAX_TOLERANCES);
  }

  /**
   * Delays each event. The delay is the product of the tolerance (permitted error of event times)
   * and the distance of the event to the nearest event with a deficit (less flow enters than
   * leaves).
   *
   * @param toleranceBits exponent of the tolerance, which is {@code 2^toleranceBits} ticks (integer
   *     units of time)
   * @return false if no event has excess (more flow enters than leaves); then no event is delayed
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
