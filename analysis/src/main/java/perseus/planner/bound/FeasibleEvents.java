package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.IntegerHull;

/** Moves event times so that all precedences are kept, where they were only nearly so. */
final class FeasibleEvents {
  private final EventNetwork network;
  private final IntegerHull[] hulls;
  private final long[] latest;
  private final long[] durations;

  /**
   * @param hulls of the operations
   */
  FeasibleEvents(EventNetwork network, IntegerHull[] hulls) {
    this.network = network;
    this.hulls = hulls;
    latest = new long[network.nodes()];
    durations = new long[network.operations];
  }

  /**
   * Ends every operation where the next ones start. Where each precedence was broken by a tolerance
   * or two at the most, that costs each as much and adds up along no path.
   *
   * @param makespan ticks from the source to the sink afterwards
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
   * Moves events so that all precedences are kept within the makespan and every operation takes at
   * least its fastest time: as early as the durations of now allow, and no later than the makespan
   * does with all operations at their fastest.
   */
  void keepPrecedences(long[] events, long makespan) {
    for (int j = 0; j < network.operations; j++) {
      long duration = events[network.to[j]] - events[network.from[j]];
      durations[j] = Math.max(fastest(j), Math.min(hulls[j].ticks()[0], duration));
    }
    System.arraycopy(network.earliest(durations), 0, events, 0, events.length);
    Arrays.fill(latest, makespan);
    for (int i = network.leaving.length - 1; i >= 0; i--) {
      int arc = network.leaving[i];
      long ticks = arc < network.operations ? fastest(arc) : network.lag[arc];
      latest[network.from[arc]] =
          Math.min(latest[network.from[arc]], latest[network.to[arc]] - ticks);
    }
    for (int v = EventNetwork.SOURCE + 1; v < events.length; v++) {
      events[v] = Math.min(events[v], latest[v]);
    }
  }

  private long fastest(int j) {
    long[] ticks = hulls[j].ticks();
    return ticks[ticks.length - 1];
  }
}
