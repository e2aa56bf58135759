package perseus.planner.bound;

import java.util.Arrays;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.IntegerHull;
import perseus.planner.network.TickScale;

/**
 * The activity-on-arc network of an iteration with the flow sent so far, the event times that go
 * with it, and the searches of {@link BreakpointSolver}.
 *
 * <p>Between hull points k - 1 and k an operation's flow lies between the two slopes there; {@code
 * point[j]} is the point whose time is the length of the next unit of flow.
 *
 * <p>Residual arcs come in pairs: arc 2i runs along, arc 2i + 1 against operation i, or precedence
 * i - N. Each keeps the length of its next unit of flow, negative against; an arc without capacity
 * is infinitely short, so that no search takes it.
 */
final class PrimalDualFlow {
  private static final int NONE = -1;
  private static final long NO_CAPACITY = -(1L << 61);

  /** Nearer than what only an arc without capacity leads to. */
  private static final long UNREACHED = 1L << 60;

  private final EventNetwork network;
  private final TickScale costs;
  private final int operations;
  private final int source = EventNetwork.SOURCE;
  private final int sink;

  private final int[] head;
  private final long[] length;
  private final long[] flow;
  private final int[] point;

  /** Residual arcs that leave node v: {@code arcs[first[v]]} to {@code arcs[first[v + 1] - 1]}. */
  private final int[] first;

  private final int[] arcs;

  private final long[] potential;

  /** The residual arc by which the last searches came to each node. */
  private final int[] parentArc;

  private boolean pathIsKnown;
  private final int[] level;
  private final int[] cursor;
  private final int[] queue;
  private int reached;
  private final int[] path;
  private final int[] pathArc;
  private final long[] distance;
  private final DistanceHeap heap;

  PrimalDualFlow(EventNetwork network, TickScale costs) {
    this.network = network;
    this.costs = costs;
    operations = network.operations;
    sink = network.sink;
    head = new int[2 * network.arcs()];
    length = new long[head.length];
    flow = new long[network.arcs()];
    point = new int[operations];
    first = EventNetwork.firsts(network.nodes(), network.from, network.to);
    arcs = new int[head.length];
    fillArcs();
    potential = slowest();
    parentArc = new int[nodes()];
    level = new int[nodes()];
    cursor = new int[nodes()];
    queue = new int[nodes()];
    path = new int[nodes()];
    pathArc = new int[nodes()];
    distance = new long[nodes()];
    heap = new DistanceHeap(distance);
  }

  private void fillArcs() {
    int[] next = first.clone();
    for (int pair = 0; pair < network.arcs(); pair++) {
      head[2 * pair] = network.to[pair];
      head[2 * pair + 1] = network.from[pair];
      length[2 * pair] = pair < operations ? costs.hull(pair).ticks()[0] : network.lag[pair];
      length[2 * pair + 1] = NO_CAPACITY;
      arcs[next[network.from[pair]]++] = 2 * pair;
      arcs[next[network.to[pair]]++] = 2 * pair + 1;
    }
  }

  /** Every operation takes as long as its slowest hull point and starts as early as it can. */
  private long[] slowest() {
    long[] durations = new long[operations];
    Arrays.setAll(durations, j -> costs.hull(j).ticks()[0]);
    return network.earliest(durations);
  }

  /** Number of events. */
  int nodes() {
    return network.nodes();
  }

  /** The makespan in ticks. */
  long makespan() {
    return potential[sink];
  }

  /** Flow of each arc of the network, in scaled watts. */
  long[] flow() {
    return flow.clone();
  }

  void copyPotentials(long[] times) {
    System.arraycopy(potential, 0, times, 0, potential.length);
  }

  /**
   * The least sum of effective energies at this makespan, in joules, from the unrounded
   * measurements.
   */
  double effectiveEnergy() {
    double sum = 0;
    for (int j = 0; j < operations; j++) {
      sum +=
          costs
              .hull(j)
              .effectiveEnergy(point[j], potential[network.to[j]] - potential[network.from[j]]);
    }
    return sum;
  }

  // Augmentation: Dinic's blocking flows on the residual arcs of reduced cost 0.

  /**
   * Augments until the sink cannot be reached; false if that has no limit: the makespan is the
   * shortest.
   */
  boolean augmentToMaximum() {
    if (pathIsKnown && !augmentKnownPath()) {
      return false;
    }
    pathIsKnown = false;
    while (findLevels()) {
      System.arraycopy(first, 0, cursor, 0, cursor.length);
      if (!blockingFlow()) {
        return false;
      }
    }
    return true;
  }

  /**
   * Augments along the path by which the last search for distances came to the sink, which is tight
   * now.
   */
  private boolean augmentKnownPath() {
    int depth = 0;
    for (int node = sink; node != source; node = head[parentArc[node] ^ 1]) {
      pathArc[depth++] = parentArc[node];
    }
    long amount = bottleneck(depth);
    if (amount == IntegerHull.UNLIMITED) {
      return false;
    }
    augment(depth, amount);
    return true;
  }

  /**
   * Levels of the nodes nearer than the sink; if that is out of reach, of all that can be reached.
   */
  private boolean findLevels() {
    Arrays.fill(level, NONE);
    level[source] = 0;
    queue[0] = source;
    reached = 1;
    for (int i = 0; i < reached; i++) {
      int node = queue[i];
      long time = potential[node];
      for (int c = first[node]; c < first[node + 1]; c++) {
        int arc = arcs[c];
        int to = head[arc];
        if (level[to] == NONE && potential[to] - time == length[arc]) {
          level[to] = level[node] + 1;
          parentArc[to] = arc;
          if (to == sink) {
            return true;
          }
          queue[reached++] = to;
        }
      }
    }
    return false;
  }

  private boolean blockingFlow() {
    int depth = 0;
    path[0] = source;
    while (depth >= 0) {
      int node = path[depth];
      if (node == sink) {
        long amount = bottleneck(depth);
        if (amount == IntegerHull.UNLIMITED) {
          return false;
        }
        depth = augment(depth, amount);
      } else {
        int arc = nextAdmissible(node);
        if (arc == NONE) {
          level[node] = NONE;
          depth--;
        } else {
          pathArc[depth] = arc;
          path[++depth] = head[arc];
        }
      }
    }
    return true;
  }

  private int nextAdmissible(int node) {
    for (; cursor[node] < first[node + 1]; cursor[node]++) {
      int arc = arcs[cursor[node]];
      int to = head[arc];
      if (level[to] == level[node] + 1 && potential[to] - potential[node] == length[arc]) {
        return arc;
      }
    }
    return NONE;
  }

  private long bottleneck(int depth) {
    long amount = IntegerHull.UNLIMITED;
    for (int i = 0; i < depth; i++) {
      amount = Math.min(amount, residualCapacity(pathArc[i]));
    }
    return amount;
  }

  private long residualCapacity(int arc) {
    int pair = arc >> 1;
    if (pair >= operations) {
      return (arc & 1) == 0 ? IntegerHull.UNLIMITED : flow[pair];
    }
    long[] capacity = costs.hull(pair).capacity();
    if ((arc & 1) == 0) {
      long limit = capacity[point[pair]];
      return limit == IntegerHull.UNLIMITED ? limit : limit - flow[pair];
    }
    int used = costs.hull(pair).lastPoint(point[pair], flow[pair]);
    return flow[pair] - (used == 0 ? 0 : capacity[used - 1]);
  }

  /**
   * Sends {@code amount} along the path; returns the depth of the first node whose arc is full now.
   */
  private int augment(int depth, long amount) {
    int firstFull = depth;
    for (int i = depth - 1; i >= 0; i--) {
      if (residualCapacity(pathArc[i]) == amount) {
        firstFull = i;
      }
      send(pathArc[i], amount);
    }
    return firstFull;
  }

  private void send(int arc, long amount) {
    int pair = arc >> 1;
    flow[pair] += (arc & 1) == 0 ? amount : -amount;
    if (pair < operations) {
      IntegerHull hull = costs.hull(pair);
      int next = hull.nextPoint(point[pair], flow[pair]);
      point[pair] = next;
      length[2 * pair] = hull.ticks()[next];
      length[2 * pair + 1] =
          flow[pair] == 0 ? NO_CAPACITY : -hull.ticks()[hull.lastPoint(next, flow[pair])];
    } else {
      length[2 * pair + 1] = flow[pair] == 0 ? NO_CAPACITY : -length[2 * pair];
    }
  }

  // Shortening the makespan.

  /**
   * Finds, by Dijkstra's algorithm, by how many ticks each event can come earlier at constant flow:
   * nothing for what the last search for augmenting paths reached.
   */
  void findDistances() {
    Arrays.fill(distance, UNREACHED);
    heap.clear();
    for (int i = 0; i < reached; i++) {
      distance[queue[i]] = 0;
    }
    for (int i = 0; i < reached; i++) {
      relaxArcs(queue[i]);
    }
    for (int node = heap.removeNearest(); node != sink; node = heap.removeNearest()) {
      relaxArcs(node);
    }
  }

  private void relaxArcs(int node) {
    long toNode = distance[node] - potential[node];
    for (int c = first[node]; c < first[node + 1]; c++) {
      int arc = arcs[c];
      int to = head[arc];
      long through = toNode + potential[to] - length[arc];
      // What is not nearer than the sink moves as far as the sink does.
      if (through < distance[to] && through < distance[sink]) {
        distance[to] = through;
        parentArc[to] = arc;
        heap.insertOrRaise(to);
      }
    }
  }

  /** By how many ticks the makespan can shrink at constant flow. */
  long makespanStep() {
    return distance[sink];
  }

  /** Event times on the way to the next breakpoint, {@code shift} ticks of makespan from here. */
  void copyShiftedPotentials(long shift, long[] times) {
    for (int v = 0; v < times.length; v++) {
      times[v] = potential[v] - Math.min(distance[v], shift);
    }
  }

  /** Moves to the next breakpoint. */
  void shiftPotentials() {
    copyShiftedPotentials(makespanStep(), potential);
    pathIsKnown = true;
  }
}
