package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.IntegerHull;

/**
 * Repairs times of events (starts and ends of operations) that violate some precedences slightly,
 * so that all precedences hold exactly. Each method of this class takes O(arcs).
 */
final class FeasibleEvents {
  private final EventNetwork network;
  private final IntegerHull[] hulls;

  /**
   * {@code latest[v]} is the latest time of event v, in integer time units, at which all later
   * operations can still end by the makespan.
   */
  private final long[] latest;

  private final long[] durations;

  /**
   * @param hulls for each operation, the lower convex hull of its points (time, energy)
   */
  FeasibleEvents(EventNetwork network, IntegerHull[] hulls) {
    this.network = network;
    this.hulls = hulls;
    latest = new long[network.nodes()];
    durations = new long[network.operations];
  }

  /**
   * Sets the end of each operation to the latest time that the events after it allow.
   *
   * <p>A solution of {@link CostScalingCirculation} violates each precedence by at most one or two
   * times its tolerance. No operation becomes shorter by more than the largest violation of a
   * precedence.
   *
   * @param events time of each event in integer time units, changed by this method; the source gets
   *     time 0
   * @param makespan new time of the sink, in integer time units
   */
  void endBeforeSuccessors(long[] events, long makespan) {
    long begin = events[EventNetwork.SOURCE];
    for (int v = 0; v < events.length; v++) {
      events[v] -= begin;
    }
    events[network.sink] = makespan;
    for (int arc = network.operations; arc < network.arcs(); arc++) {
      events[network.from[arc]] = makespan;
    }
    for (int arc = network.operations; arc < network.arcs(); arc++) {
      int end = network.from[arc];
      events[end] = Math.min(events[end], events[network.to[arc]] - network.lag[arc]);
    }
  }

  /**
   * Moves events so that all precedences hold within the makespan, and every operation takes at
   * least its fastest time.
   *
   * <p>Each event gets the earlier of two times: its earliest time with the current durations, and
   * its latest time with the fastest durations.
   *
   * @param events time of each event in integer time units, changed by this method
   * @param makespan maximum time of the sink in integer time units, at least the shortest makespan
   */
  void keepPrecedences(long[] events, long makespan) {
    for (int j = 0; j < network.operations; j++) {
      long duration = events[network.to[j]] - events[network.from[j]];
      durations[j] = Math.max(hulls[j].fastestTicks(), Math.min(hulls[j].slowestTicks(), duration));
    }
    System.arraycopy(network.earliest(durations), 0, events, 0, events.length);
    Arrays.fill(latest, makespan);
    int[] arcs = network.leaving.arcs;
    for (int i = arcs.length - 1; i >= 0; i--) {
      int arc = arcs[i];
      long ticks = arc < network.operations ? hulls[arc].fastestTicks() : network.lag[arc];
      latest[network.from[arc]] =
          Math.min(latest[network.from[arc]], latest[network.to[arc]] - ticks);
    }
    for (int v = EventNetwork.SOURCE + 1; v < events.length; v++) {
      events[v] = Math.min(events[v], latest[v]);
    }
  }
}
