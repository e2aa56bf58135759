package perseus.planner.network;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.pipeline.IterationDag;

/**
 * The activity-on-arc network of an iteration. Nodes are events: the source, where the iteration
 * starts, starts of operations, ends of operations, and the sink, where the iteration ends. The
 * first arcs are the operations, from their start to their end; further arcs are precedences.
 *
 * <p>An operation may take longer than it needs, so what waits for it can be its end. Events that
 * always come together are one: operations that wait for the same ones share their start, and an
 * operation for which one event alone waits ends there. In a full pipeline, where a stage's
 * backward and the next stage's forward wait for the same two operations, a quarter of the events
 * and a third of the arcs are left.
 *
 * <p>Nodes are numbered in a topological order: every arc leads to a higher number.
 */
public final class EventNetwork {
  public static final int SOURCE = 0;

  public final int operations;
  public final int sink;

  /** Tail and head of each arc; the first arcs are the operations. */
  public final int[] from;

  public final int[] to;

  /** Ticks that pass from a precedence's tail to its head; not used for operations. */
  public final long[] lag;

  /** Arcs that leave node v: {@code leaving[firstLeaving[v]]} up to the next node's first. */
  public final int[] firstLeaving;

  public final int[] leaving;

  private final IterationDag dag;
  private final TickScale costs;

  /** What an operation waits for, or what waits for it: an operation or event, and for how long. */
  private record Wait(int index, long ticks) {}

  public EventNetwork(IterationDag dag, TickScale costs) {
    this.dag = dag;
    this.costs = costs;
    operations = dag.size();
    int[] starts = starts();
    Wait[][] waiting = new Wait[operations][];
    int precedences = 0;
    for (int j = 0; j < operations; j++) {
      waiting[j] = waiting(j, starts);
      precedences += endsInItself(waiting[j]) ? waiting[j].length : 0;
    }
    from = new int[operations + precedences];
    to = new int[from.length];
    lag = new long[from.length];
    sink = fillArcs(starts, waiting);
    firstLeaving = firsts(sink + 1, from);
    leaving = leaving();
  }

  /** The same network with time running backwards: the sink comes first. */
  public EventNetwork reversed() {
    return new EventNetwork(this);
  }

  private EventNetwork(EventNetwork forward) {
    dag = forward.dag;
    costs = forward.costs;
    operations = forward.operations;
    sink = forward.sink;
    from = Arrays.stream(forward.to).map(v -> sink - v).toArray();
    to = Arrays.stream(forward.from).map(v -> sink - v).toArray();
    lag = forward.lag;
    firstLeaving = firsts(sink + 1, from);
    leaving = leaving();
  }

  private int[] leaving() {
    int[] arcs = new int[from.length];
    int[] next = firstLeaving.clone();
    for (int arc = 0; arc < from.length; arc++) {
      arcs[next[from[arc]]++] = arc;
    }
    return arcs;
  }

  /** The event with which each operation starts, numbered as they appear; the source is 0. */
  private int[] starts() {
    Map<List<Wait>, Integer> known = new HashMap<>();
    int[] starts = new int[operations];
    for (int j = 0; j < operations; j++) {
      int operation = j;
      List<Wait> waits =
          Arrays.stream(dag.predecessors(j))
              .sorted()
              .mapToObj(p -> new Wait(p, costs.transferTicks(p, operation)))
              .toList();
      int next = known.size() + 1;
      starts[j] = waits.isEmpty() ? SOURCE : known.computeIfAbsent(waits, key -> next);
    }
    return starts;
  }

  /** The events that wait for an operation. */
  private Wait[] waiting(int j, int[] starts) {
    return Arrays.stream(dag.successors(j))
        .mapToObj(s -> new Wait(starts[s], costs.transferTicks(j, s)))
        .distinct()
        .toArray(Wait[]::new);
  }

  /** Whether an operation's end is an event of its own. */
  private static boolean endsInItself(Wait[] waiting) {
    return waiting.length > 1 || waiting.length == 1 && waiting[0].ticks > 0;
  }

  /** Numbers the nodes and links them; returns the sink. */
  private int fillArcs(int[] starts, Wait[][] waiting) {
    int[] numbers = new int[operations + 1];
    int nodes = 1;
    for (int j = 0; j < operations; j++) {
      if (starts[j] != SOURCE && numbers[starts[j]] == 0) {
        numbers[starts[j]] = nodes++;
      }
      from[j] = numbers[starts[j]];
      if (endsInItself(waiting[j])) {
        to[j] = nodes++;
      }
    }
    int arc = operations;
    for (int j = 0; j < operations; j++) {
      if (endsInItself(waiting[j])) {
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

  public int nodes() {
    return sink + 1;
  }

  public int arcs() {
    return from.length;
  }

  /**
   * Start and end of each operation, at 2j and 2j + 1, where the events come at these times; an
   * operation ends no later than its slowest hull point needs.
   */
  public long[] operationEvents(long[] times) {
    long[] events = new long[2 * operations];
    for (int j = 0; j < operations; j++) {
      events[2 * j] = times[from[j]];
      events[2 * j + 1] = Math.min(times[to[j]], times[from[j]] + costs.hull(j).ticks()[0]);
    }
    return events;
  }

  /**
   * The earliest time of each event.
   *
   * @param durations ticks that each operation takes
   */
  public long[] earliest(long[] durations) {
    long[] times = new long[nodes()];
    for (int arc : leaving) {
      long ticks = arc < operations ? durations[arc] : lag[arc];
      times[to[arc]] = Math.max(times[to[arc]], times[from[arc]] + ticks);
    }
    return times;
  }

  /**
   * Where the arcs at each node stand in a list of them sorted by node: those at {@code v} from
   * {@code first[v]} to {@code first[v + 1] - 1}. An arc is at each of the ends given.
   */
  public static int[] firsts(int nodes, int[]... ends) {
    int[] first = new int[nodes + 1];
    for (int[] end : ends) {
      for (int v : end) {
        first[v + 1]++;
      }
    }
    Arrays.parallelPrefix(first, Integer::sum);
    return first;
  }
}
