package perseus.planner.network;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.pipeline.IterationDag;

/**
 * The activity-on-arc network of an iteration. Its nodes are events: the source (the iteration
 * starts), starts and ends of operations, and the sink (the iteration ends). The first arcs are the
 * operations, from start to end; the other arcs are precedences, which take the time of a transfer
 * or no time.
 *
 * <p>Events that always happen at the same time are merged. Operations with the same predecessors
 * share their start. An operation after which only one event waits, without a transfer, has no end
 * event: its arc leads to the waiting event. In a full pipeline a stage's backward and the next
 * stage's forward wait for the same two operations. There, one more microbatch of S stages adds S +
 * 1 events and no precedences, instead of 4 S events and about 4 S precedences.
 *
 * <p>An operation's arc may last longer than the operation: it can end at the event that waits for
 * it.
 *
 * <p>Nodes are numbered in topological order: the head of every arc has a higher number than its
 * tail. The arrays are public because the inner loops of the planner read them; they must not be
 * modified.
 */
public final class EventNetwork {
  /** The node at which the iteration starts. */
  public static final int SOURCE = 0;

  /** Number of operations; arc j is operation j for each j below it. */
  public final int operations;

  /** The node at which the iteration ends; it has the highest number. */
  public final int sink;

  /** Tail of each arc. */
  public final int[] from;

  /** Head of each arc. */
  public final int[] to;

  /** Ticks that each precedence takes; 0 for operations, whose duration is a decision. */
  public final long[] lag;

  /** The arcs that leave each node. */
  public final ArcLists leaving;

  private final IterationDag dag;
  private final TickScale scale;

  /**
   * One side of a precedence: the operation or event at the other side, and the ticks between them.
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
   * The network with time reversed: arcs are the same but lead backwards, and node v becomes {@code
   * sink - v}.
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

  /** The start event of each operation, numbered in order of appearance; the source is 0. */
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

  /** The different start events that wait for an operation. */
  private Wait[] waiting(int j, int[] starts) {
    return Arrays.stream(dag.successors(j))
        .mapToObj(s -> new Wait(starts[s], scale.transferTicks(j, s)))
        .distinct()
        .toArray(Wait[]::new);
  }

  /** Whether the end of an operation cannot be merged with the event that waits for it. */
  private static boolean hasEndEvent(Wait[] waiting) {
    return waiting.length > 1 || waiting.length == 1 && waiting[0].ticks > 0;
  }

  /** Numbers the nodes and fills the arcs; returns the sink. */
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

  /** Number of events. */
  public int nodes() {
    return sink + 1;
  }

  /** Number of operations and precedences. */
  public int arcs() {
    return from.length;
  }

  /**
   * Start and end of each operation for given event times, in ticks.
   *
   * @param times time of each event, in ticks
   * @return the start of operation j at index 2j, its end at 2j + 1; an operation takes at most the
   *     time of its slowest hull point, even if its arc lasts longer
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
   * The earliest time of each event, in ticks, in O(arcs).
   *
   * @param durations ticks that each operation takes
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
