package perseus.planner.beam;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes the order in which {@link BeamSearch} visits the arcs of an {@link EventNetwork}. In the
 * order of the arcs, all arcs that leave the same event are next to each other. The arcs are sorted
 * by the earliest times of the events that they leave. The earliest times are computed for the
 * fastest options (frequencies) of all operations.
 *
 * <p>An arc is an operation or a precedence. An event is the start or the end of operations. At a
 * position of the order, the cut is the set of events that an arc before the position enters and an
 * arc after the position leaves. To continue from a position, the search needs only the times of
 * the events in the cut. An event in the cut has a slot: the index of its time in the array of
 * event times.
 *
 * <p>Computing the order takes O(A + N log N) for A arcs and N events. In a pipeline of S stages,
 * the cut at each position of the order holds O(S) events.
 */
final class ArcSweep {
  /** {@code arcs[p]} is the index of the arc at position p. */
  final int[] arcs;

  /**
   * {@code tailSlot[p]} is the slot (index in the array of event times) of the tail (start event)
   * of the arc at position p.
   */
  final int[] tailSlot;

  /**
   * {@code headSlot[p]} is the slot (index in the array of event times) of the head (end event) of
   * the arc at position p.
   */
  final int[] headSlot;

  /**
   * {@code opensHead[p]} says whether the arc at position p is the first arc that enters its head
   * (end event).
   */
  final boolean[] opensHead;

  /**
   * {@code closesTail[p]} says whether the arc at position p is the last arc that leaves its tail
   * (start event). If {@code closesTail[p]} is true, the slot (index in the array of event times)
   * of the tail can hold the time of another event after position p.
   */
  final boolean[] closesTail;

  /**
   * For each event, the position of the first arc that enters the event; NONE for the first event.
   */
  final int[] openedAt;

  /**
   * {@code anticipatedFrom[p]} is the position before p at which the search already adds the
   * minimum cost of the arc at position p. {@code anticipatedFrom[p]} is NONE if the search does
   * not add the minimum cost of the arc at position p in advance. To anticipate the cost of an arc
   * means to add the cost before the search reaches the arc. At the position {@code
   * anticipatedFrom[p]}, the time of the start event of arc {@code arcs[p]} is known, and the
   * search has reached all other arcs into the end event of this arc.
   */
  final int[] anticipatedFrom;

  /**
   * {@code anticipates[p]} lists, in rising order, the positions of those later arcs whose minimum
   * costs the search already adds at position p.
   */
  final int[][] anticipates;

  /**
   * Number of slots (indices in the array of event times), which is the maximum size of the cut.
   */
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
    // Positions of the last arc and of the second to last arc that enter each event.
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
    // The sort is stable, and events are numbered in a topological order. Therefore events with
    // equal times stay in topological order.
    return IntStream.range(0, network.nodes())
        .boxed()
        .sorted(Comparator.comparingLong(event -> times[event]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
