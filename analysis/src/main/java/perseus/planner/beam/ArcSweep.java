package perseus.planner.beam;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes the order in which {@link BeamSearch} visits the arcs (operations and precedences) of an
 * {@link EventNetwork}. Arcs that leave the same event are visited one after another. The arcs are
 * sorted by the earliest times of the events that they leave, at the fastest frequencies.
 *
 * <p>An event is the start or the end of operations. After each arc, the search keeps only the
 * times of events with unvisited outgoing arcs.
 *
 * <p>Computing the order takes O(A + N log N) for A arcs and N events. In a pipeline of S stages,
 * the search keeps O(S) event times.
 */
final class ArcSweep {
  final int[] arcs;

  /**
   * {@code tailSlot[p]} is the index in the array of event times for the start event of the arc at
   * position p.
   */
  final int[] tailSlot;

  /**
   * {@code headSlot[p]} is the index in the array of event times for the end event of the arc at
   * position p.
   */
  final int[] headSlot;

  /**
   * {@code opensHead[p]} is true if no earlier arc enters the end event of the arc at position p.
   */
  final boolean[] opensHead;

  /**
   * {@code closesTail[p]} is true if no later arc leaves the start event of the arc at position p.
   */
  final boolean[] closesTail;

  /**
   * For each event, the position of the first visited arc that enters the event; NONE for the start
   * of the iteration.
   */
  final int[] openedAt;

  /**
   * {@code anticipatedFrom[p]} is the position at which the search already adds the minimum cost of
   * the arc at position p. From that position on, the arc at position p is the only arc into its
   * end event that was not visited. The value is NONE if the search does not add the cost in
   * advance.
   */
  final int[] anticipatedFrom;

  /**
   * {@code anticipates[p]} lists later positions in rising order. At position p, the search already
   * adds the minimum costs of the arcs at the listed positions.
   */
  final int[][] anticipates;

  /** Number of elements in the array of event times. */
  final int slots;

  ArcSweep(EventNetwork network, OptionTables options) {
    int count = network.arcs();
    arcs = new int[count];
    tailSlot = new int[count];
    headSlot = new int[count];
    opensHead = new boolean[count];
    closesTail = new boolean[count];
    openedAt = new int[network.nodes()];
    Arrays.fill(openedAt, PlanningProblem.NONE);
    int[] slotOf = new int[network.nodes()];
    Arrays.fill(slotOf, PlanningProblem.NONE);
    slotOf[EventNetwork.SOURCE] = 0;
    int[] freeSlots = new int[count + 1];
    int freeCount = 0;
    int used = 1;
    int position = 0;
    for (int event : byTime(network, options)) {
      for (int i = network.leaving.first[event]; i < network.leaving.first[event + 1]; i++) {
        int head = network.to[network.leaving.arcs[i]];
        opensHead[position] = slotOf[head] == PlanningProblem.NONE;
        if (opensHead[position]) {
          slotOf[head] = freeCount > 0 ? freeSlots[--freeCount] : used++;
          openedAt[head] = position;
        }
        arcs[position] = network.leaving.arcs[i];
        tailSlot[position] = slotOf[event];
        headSlot[position++] = slotOf[head];
      }
      if (event != network.sink) {
        closesTail[position - 1] = true;
        freeSlots[freeCount++] = slotOf[event];
      }
    }
    slots = used;
    anticipatedFrom = anticipatedFrom(network);
    anticipates = anticipates();
  }

  private int[][] anticipates() {
    int[][] positions = new int[arcs.length][];
    Arrays.fill(positions, new int[0]);
    for (int position = 0; position < arcs.length; position++) {
      int from = anticipatedFrom[position];
      if (from != PlanningProblem.NONE) {
        positions[from] = Arrays.copyOf(positions[from], positions[from].length + 1);
        positions[from][positions[from].length - 1] = position;
      }
    }
    return positions;
  }

  private int[] anticipatedFrom(EventNetwork network) {
    int[] last = new int[network.nodes()];
    int[] lastButOne = new int[network.nodes()];
    Arrays.fill(last, PlanningProblem.NONE);
    Arrays.fill(lastButOne, PlanningProblem.NONE);
    for (int position = 0; position < arcs.length; position++) {
      int head = network.to[arcs[position]];
      lastButOne[head] = last[head];
      last[head] = position;
    }
    int[] from = new int[arcs.length];
    Arrays.fill(from, PlanningProblem.NONE);
    for (int event = 0; event < last.length; event++) {
      if (lastButOne[event] != PlanningProblem.NONE) {
        int tail = network.from[arcs[last[event]]];
        from[last[event]] = Math.max(lastButOne[event], last[tail]);
      }
    }
    return from;
  }

  private static int[] byTime(EventNetwork network, OptionTables options) {
    long[] fastest = new long[network.operations];
    Arrays.setAll(fastest, j -> options.ticks[j][0]);
    long[] times = network.earliest(fastest);
    // The sort is stable, so events with equal times stay in topological order.
    return IntStream.range(0, network.nodes())
        .boxed()
        .sorted(Comparator.comparingLong(event -> times[event]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
