package perseus.planner.network;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.pipeline.IterationDag;

/**
 * Represents an iteration as an activity-on-arc network: operations are arcs, and their starts and
 * ends (events) are nodes.
 *
 * <p>The source is the start of the iteration, and the sink is the end of the iteration. The first
 * arcs of the network are the operations, in the order of their indices. The arc of an operation
 * leads from its start event to its end event. All arcs that are not operations are precedences,
 * which say that one event waits for another event. Each precedence takes the time of a transfer,
 * or no time.
 *
 * <p>The network merges events that always happen at the same time. Operations with the same
 * predecessors have one start event in common. If only one event waits for an operation, without a
 * transfer, the arc of the operation leads directly to this event.
 *
 * <p>Merging events makes the network small. In a full pipeline of S stages, each microbatch adds S
 * + 1 events and no precedences. Without merging, it would add 4 S events and about 4 S
 * precedences.
 *
 * <p>Nodes are numbered in topological order: the end of every arc has a higher number than its
 * start. Callers must not modify the arrays, which are public because inner loops read them. All
 * times of this class are in integer time units ({@link TickScale}).
 */
public final class EventNetwork {
  /** Number of the source, the node of the start of the iteration. */
  public static final int SOURCE = 0;

  /** Number of operations, which are the first arcs of the network. */
  public final int operations;

  /** Number of the sink, which is the last node. The sink is the end of the iteration. */
  public final int sink;

  /** {@code from[a]} is the node at which arc a starts. */
  public final int[] from;

  /** {@code to[a]} is the node at which arc a ends. */
  public final int[] to;

  /**
   * {@code lag[a]} is the transfer time in integer time units of precedence a; 0 if arc a is an
   * operation.
   */
  public final long[] lag;

  public final ArcLists leaving;

  private final IterationDag dag;
  private final TickScale scale;

  /**
   * Holds the transfer time of a precedence, and the event or operation at one of its ends.
   *
   * @param index index of the event or operation
   * @param ticks transfer time of the precedence, in integer time units
   */
  private record Wait(int index, long ticks) {}

  /** Builds the network of a DAG in O(operations + precedences). */
  public EventNetwork(IterationDag dag, TickScale scale) {
    this.dag = dag;
    this.scale = scale;
    operations = dag.size();
    int[] starts = starts();
    Wait[][] waiting = new Wait[operations][];
    int precedences = 0;
    for (int j = 0; j < operations; j++) {
      waiting[j] = waiting(j, starts);
      precedences += hasEndEvent(waiting[j]) ? waiting[j].length : 0;
    }
    from = new int[operations + precedences];
    to = new int[from.length];
    lag = new long[from.length];
    sink = fillArcs(starts, waiting);
    leaving = new ArcLists(sink + 1, from);
  }

  /**
   * Returns a copy of this network in which time runs backwards. Every arc leads in the opposite
   * direction, and node v becomes node {@code sink - v}.
   */
  public EventNetwork reversed() {
    return new EventNetwork(this);
  }

  private EventNetwork(EventNetwork forward) {
    dag = forward.dag;
    scale = forward.scale;
    operations = forward.operations;
    sink = forward.sink;
    from = Arrays.stream(forward.to).map(v -> sink - v).toArray();
    to = Arrays.stream(forward.from).map(v -> sink - v).toArray();
    lag = forward.lag;
    leaving = new ArcLists(sink + 1, from);
  }

  /** Returns the start event of each operation, numbered in the order of first use. */
  private int[] starts() {
    Map<List<Wait>, Integer> known = new HashMap<>();
    int[] starts = new int[operations];
    for (int j = 0; j < operations; j++) {
      int operation = j;
      List<Wait> waits =
          Arrays.stream(dag.predecessors(j))
              .sorted()
              .mapToObj(p -> new Wait(p, scale.transferTicks(p, operation)))
              .toList();
      int next = known.size() + 1;
      starts[j] = waits.isEmpty() ? SOURCE : known.computeIfAbsent(waits, key -> next);
    }
    return starts;
  }

  /** Returns the distinct start events that wait for operation j. */
  private Wait[] waiting(int j, int[] starts) {
    return Arrays.stream(dag.successors(j))
        .mapToObj(s -> new Wait(starts[s], scale.transferTicks(j, s)))
        .distinct()
        .toArray(Wait[]::new);
  }

  /**
   * Returns whether the network has a separate end event for an operation. The end event is
   * separate if several events wait for the operation, or if one event waits for a transfer from
   * the operation.
   */
  private static boolean hasEndEvent(Wait[] waiting) {
    return waiting.length > 1 || waiting.length == 1 && waiting[0].ticks > 0;
  }

  /** Numbers the nodes, fills the arrays of the arcs, and returns the number of the sink. */
  private int fillArcs(int[] starts, Wait[][] waiting) {
    int[] numbers = new int[operations + 1];
    int nodes = 1;
    for (int j = 0; j < operations; j++) {
      if (starts[j] != SOURCE && numbers[starts[j]] == 0) {
        numbers[starts[j]] = nodes++;
      }
      from[j] = numbers[starts[j]];
      if (hasEndEvent(waiting[j])) {
        to[j] = nodes++;
      }
    }
    int arc = operations;
    for (int j = 0; j < operations; j++) {
      if (hasEndEvent(waiting[j])) {
        for (Wait wait : waiting[j]) {
          from[arc] = to[j];
          to[arc] = numbers[wait.index];
          lag[arc++] = wait.ticks;
        }
      } else {
        to[j] = waiting[j].length == 0 ? nodes : numbers[waiting[j][0].index];
      }
    }
    return nodes;
  }

  /** Returns the number of events, which are the nodes of the network. */
  public int nodes() {
    return sink + 1;
  }

  /** Returns the number of arcs, which are the operations and the precedences. */
  public int arcs() {
    return from.length;
  }

  /**
   * Computes the start and the end of each operation from event times, in integer time units.
   *
   * @param times time of each event, in integer time units
   * @return times in integer time units: the start of operation j at index 2j, and its end at index
   *     2j + 1. No operation takes longer than with its slowest Pareto-optimal frequency choice.
   */
  public long[] operationEvents(long[] times) {
    long[] events = new long[2 * operations];
    for (int j = 0; j < operations; j++) {
      events[2 * j] = times[from[j]];
      events[2 * j + 1] = Math.min(times[to[j]], times[from[j]] + scale.hull(j).slowestTicks());
    }
    return events;
  }

  /**
   * Returns the earliest time of each event in integer time units, computed in O(arcs).
   *
   * @param durations duration of each operation, in integer time units
   */
  public long[] earliest(long[] durations) {
    long[] times = new long[nodes()];
    for (int arc : leaving.arcs) {
      long ticks = arc < operations ? durations[arc] : lag[arc];
      times[to[arc]] = Math.max(times[to[arc]], times[from[arc]] + ticks);
    }
    return times;
  }
}
