package perseus.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.pipeline.Step;

/**
 * What {@link ChainSearch} moves together: events, each the common start of the operations that
 * wait for the same ones, and chains of events.
 *
 * <p>While a pipeline is full, a stage's backward and the next stage's forward wait for the same
 * two operations; moving one start without the other would leave both predecessors waiting. A chain
 * is a piece of a rank's order, or of a microbatch's way through the stages.
 */
final class EventChains {
  /** Events of a chain at the most; the next piece begins in the middle of the one before it. */
  static final int LONGEST = 24;

  /**
   * Some events, with the operations whose time they limit.
   *
   * @param events in the order of their times
   * @param near operations that start or end at one place alone
   * @param across operations that start or end at a place and the one before it
   * @param limited these, and operations that reach further, which a search can only guess at
   */
  record Chain(int[] events, int[][] near, int[][] across, int[] limited) {}

  /** The event with which each operation starts. */
  final int[] eventOf;

  /** The operations that start with each event. */
  final int[][] members;

  final List<Chain> chains = new ArrayList<>();

  /** The chains that may have to change when an event has moved. */
  final int[][] chainsNear;

  private final Timing.Network network;

  EventChains(IterationDag dag, Timing.Network network) {
    this.network = network;
    eventOf = new int[network.operations];
    members = events();
    for (int lane = 0; lane < dag.lanes(); lane++) {
      addPieces(dag.laneOperations(lane));
    }
    microbatchPaths(dag).forEach(this::addPieces);
    chainsNear = chainsNear();
  }

  private int[][] events() {
    Map<List<Integer>, Integer> byPredecessors = new HashMap<>();
    List<List<Integer>> events = new ArrayList<>();
    for (int j = 0; j < network.operations; j++) {
      List<Integer> predecessors = Arrays.stream(network.predecessors[j]).sorted().boxed().toList();
      Integer known =
          predecessors.isEmpty() ? null : byPredecessors.putIfAbsent(predecessors, events.size());
      if (known == null) {
        events.add(new ArrayList<>());
      }
      eventOf[j] = known == null ? events.size() - 1 : known;
      events.get(eventOf[j]).add(j);
    }
    return arrays(events);
  }

  /** The operations of each microbatch in the order in which they wait for each other. */
  private List<int[]> microbatchPaths(IterationDag dag) {
    List<Operation> operations = dag.operations();
    List<int[]> paths = new ArrayList<>();
    boolean[] seen = new boolean[operations.size()];
    for (int j = 0; j < seen.length; j++) {
      if (seen[j] || operations.get(j).microbatch() == Step.EVERY_MICROBATCH) {
        continue;
      }
      IntStream.Builder path = IntStream.builder();
      for (int at = j; at != PlanningProblem.NONE; at = nextOfMicrobatch(operations, at, seen)) {
        seen[at] = true;
        path.add(at);
      }
      paths.add(path.build().toArray());
    }
    return paths;
  }

  private int nextOfMicrobatch(List<Operation> operations, int at, boolean[] seen) {
    int microbatch = operations.get(at).microbatch();
    return Arrays.stream(network.successors[at])
        .filter(next -> !seen[next] && operations.get(next).microbatch() == microbatch)
        .findFirst()
        .orElse(PlanningProblem.NONE);
  }

  private void addPieces(int[] operations) {
    int[] way =
        Arrays.stream(operations)
            .filter(j -> network.predecessors[j].length > 0)
            .map(j -> eventOf[j])
            .distinct()
            .toArray();
    int rest = way.length;
    for (int from = 0; rest > 0; from += LONGEST / 2) {
      int to = Math.min(way.length, from + LONGEST);
      add(Arrays.copyOfRange(way, from, to));
      rest = way.length - to;
    }
  }

  private void add(int[] way) {
    Map<Integer, Integer> placeOf = new HashMap<>();
    List<List<Integer>> near = new ArrayList<>();
    List<List<Integer>> across = new ArrayList<>();
    Set<Integer> limited = new TreeSet<>();
    for (int event : way) {
      placeOf.put(event, near.size());
      for (int j : members[event]) {
        limited.add(j);
      }
      // Members of an event wait for the same operations.
      for (int p : network.predecessors[members[event][0]]) {
        limited.add(p);
      }
      near.add(new ArrayList<>());
      across.add(new ArrayList<>());
    }
    int[] sorted = limited.stream().mapToInt(Integer::intValue).toArray();
    for (int j : sorted) {
      int[] places =
          IntStream.concat(IntStream.of(j), IntStream.of(network.successors[j]))
              .map(k -> eventOf[k])
              .filter(placeOf::containsKey)
              .map(placeOf::get)
              .sorted()
              .toArray();
      int last = places[places.length - 1];
      if (places[0] == last) {
        near.get(last).add(j);
      } else if (places[0] == last - 1) {
        across.get(last).add(j);
      }
    }
    chains.add(new Chain(way, arrays(near), arrays(across), sorted));
  }

  private int[][] chainsNear() {
    List<Set<Integer>> near = new ArrayList<>();
    for (int event = 0; event < members.length; event++) {
      near.add(new TreeSet<>());
    }
    for (int c = 0; c < chains.size(); c++) {
      for (int j : chains.get(c).limited) {
        near.get(eventOf[j]).add(c);
        for (int successor : network.successors[j]) {
          near.get(eventOf[successor]).add(c);
        }
      }
    }
    return arrays(near);
  }

  private static int[][] arrays(List<? extends Collection<Integer>> lists) {
    return lists.stream()
        .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }
}
