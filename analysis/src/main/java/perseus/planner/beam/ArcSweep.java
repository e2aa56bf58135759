package perseus.planner.beam;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.problem.PlanningProblem;

/**
 * The order in which {@link BeamSearch} goes through the arcs of an {@link EventNetwork}: those
 * that leave an event together, events in the order of their times with the fastest options.
 *
 * <p>What lies behind matters to what lies ahead only by the times of the events in between, the
 * cut: those that an arc has come to and that another still has to leave. Each has a slot while it
 * is in the cut.
 */
final class ArcSweep {
  /** The arcs in their order. */
  final int[] arcs;

  /** Slots of the tail and the head of the arc at each place. */
  final int[] tailSlot;

  final int[] headSlot;

  /** Whether the arc at a place is the first that comes to its head. */
  final boolean[] reaches;

  /** Whether the arc at a place is the last that leaves its tail, whose slot is free then. */
  final boolean[] leaves;

  /** The place of the first arc that comes to each event. */
  final int[] reachedAt;

  /**
   * The place from which on it can be foreseen what the arc at a place adds, or NONE: all others
   * have come to its head, and the time of its tail is known.
   */
  final int[] foreseenAt;

  /** The places of the arcs that are foreseen from each place on, in their order. */
  final int[][] foresees;

  /** Slots in all: events in the cut at the same time. */
  final int slots;

  ArcSweep(EventNetwork network, OptionTables options) {
    int count = network.arcs();
    arcs = new int[count];
    tailSlot = new int[count];
    headSlot = new int[count];
    reaches = new boolean[count];
    leaves = new boolean[count];
    reachedAt = new int[network.nodes()];
    Arrays.fill(reachedAt, PlanningProblem.NONE);
    int[] slotOf = new int[network.nodes()];
    Arrays.fill(slotOf, PlanningProblem.NONE);
    slotOf[EventNetwork.SOURCE] = 0;
    int[] unused = new int[count + 1];
    int unusedCount = 0;
    int used = 1;
    int place = 0;
    for (int event : byTime(network, options)) {
      for (int i = network.leaving.first[event]; i < network.leaving.first[event + 1]; i++) {
        int head = network.to[network.leaving.arcs[i]];
        reaches[place] = slotOf[head] == PlanningProblem.NONE;
        if (reaches[place]) {
          slotOf[head] = unusedCount > 0 ? unused[--unusedCount] : used++;
          reachedAt[head] = place;
        }
        arcs[place] = network.leaving.arcs[i];
        tailSlot[place] = slotOf[event];
        headSlot[place++] = slotOf[head];
      }
      if (event != network.sink) {
        leaves[place - 1] = true;
        unused[unusedCount++] = slotOf[event];
      }
    }
    slots = used;
    foreseenAt = foreseenAt(network);
    foresees = foresees();
  }

  private int[][] foresees() {
    int[][] places = new int[arcs.length][];
    Arrays.fill(places, new int[0]);
    for (int place = 0; place < arcs.length; place++) {
      int from = foreseenAt[place];
      if (from != PlanningProblem.NONE) {
        places[from] = Arrays.copyOf(places[from], places[from].length + 1);
        places[from][places[from].length - 1] = place;
      }
    }
    return places;
  }

  private int[] foreseenAt(EventNetwork network) {
    // Places of the last two arcs that come to each event.
    int[] last = new int[network.nodes()];
    int[] lastButOne = new int[network.nodes()];
    Arrays.fill(last, PlanningProblem.NONE);
    Arrays.fill(lastButOne, PlanningProblem.NONE);
    for (int place = 0; place < arcs.length; place++) {
      int head = network.to[arcs[place]];
      lastButOne[head] = last[head];
      last[head] = place;
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
    // Stable, and events are numbered in a topological order: also where times are equal.
    return IntStream.range(0, network.nodes())
        .boxed()
        .sorted(Comparator.comparingLong(event -> times[event]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
