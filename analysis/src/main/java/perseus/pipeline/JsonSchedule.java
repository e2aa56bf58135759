package perseus.pipeline;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import perseus.io.JsonFiles;
import perseus.io.UserError;

/**
 * A schedule that is given operation by operation in a JSON file, so that one which nobody foresaw
 * can be planned too:
 *
 * <pre>{@code
 * {"operations": [
 *   {"id": "F0", "stage": 0, "instruction": "forward", "microbatch": 0},
 *   {"id": "F1", "stage": 1, "instruction": "forward", "microbatch": 0, "predecessors": ["F0"]},
 *   ...]}
 * }</pre>
 *
 * {@code id} is any text; {@code stage} and {@code instruction} say which rows of the profile are
 * the operation's options; {@code microbatch} may be left out; {@code predecessors} are the ids of
 * operations of other stages that it waits for. The operations of a stage are executed one at a
 * time in the order in which the file lists them, without naming each other as predecessors. Stages
 * that share a rank name it as {@code rank}, a number from 0; they are executed one at a time then.
 * Left out, it is the stage. Other keys are refused.
 */
public final class JsonSchedule implements Schedule {
  private final Path file;
  private final List<JsonScheduleFile.Entry> entries;
  private final Map<String, Integer> byId = new HashMap<>();

  private JsonSchedule(Path file, List<JsonScheduleFile.Entry> entries) {
    this.file = file;
    this.entries = entries;
  }

  /**
   * Reads a file.
   *
   * @throws UserError if it is something else, or an operation in it makes no sense
   */
  public static JsonSchedule read(Path file) {
    JsonScheduleFile contents = JsonFiles.read(file, JsonScheduleFile.class, "a DAG of operations");
    if (contents.operations() == null || contents.operations().isEmpty()) {
      throw new UserError(file + " has no operations; it needs {\"operations\": [...]}.");
    }
    JsonSchedule graph = new JsonSchedule(file, contents.operations());
    graph.check();
    return graph;
  }

  private void check() {
    Map<List<Object>, JsonScheduleFile.Entry> done = new HashMap<>();
    for (int i = 0; i < entries.size(); i++) {
      JsonScheduleFile.Entry entry = entries.get(i);
      if (entry == null || entry.id() == null || entry.id().isBlank()) {
        String line = entry == null ? "" : " line " + entry.line();
        throw new UserError("%s%s: operation %d has no id.".formatted(file, line, i + 1));
      }
      if (entry.stage() == null || entry.instruction() == null || entry.instruction().isBlank()) {
        throw refused(entry, "operation '%s' needs a stage and an instruction", entry.id());
      }
      if (entry.stage() < 0
          || (entry.rank() != null && entry.rank() < 0)
          || (entry.microbatch() != null && entry.microbatch() < 0)) {
        throw refused(entry, "operation '%s' has a negative stage, rank or microbatch", entry.id());
      }
      if (byId.put(entry.id(), i) != null) {
        throw refused(entry, "the file has two operations '%s'", entry.id());
      }
      if (entry.microbatch() != null) {
        JsonScheduleFile.Entry other =
            done.put(List.of(entry.stage(), entry.instruction(), entry.microbatch()), entry);
        if (other != null) {
          throw refused(
              entry,
              "operations '%s' and '%s' are both the %s of microbatch %d on stage %d",
              other.id(),
              entry.id(),
              entry.instruction(),
              entry.microbatch(),
              entry.stage());
        }
      }
    }
    for (JsonScheduleFile.Entry entry : entries) {
      for (String predecessor : predecessors(entry)) {
        if (!byId.containsKey(predecessor)) {
          throw refused(
              entry, "operation '%s' waits for '%s', which is not there", entry.id(), predecessor);
        }
      }
    }
  }

  /** A sentence about an operation, with the line where it begins. */
  private UserError refused(JsonScheduleFile.Entry entry, String what, Object... values) {
    return new UserError("%s line %d: %s.".formatted(file, entry.line(), what.formatted(values)));
  }

  private static List<String> predecessors(JsonScheduleFile.Entry entry) {
    return entry.predecessors() == null ? List.of() : entry.predecessors();
  }

  @Override
  public String name() {
    return "dag";
  }

  @Override
  public String toString() {
    return name();
  }

  /** Number of different microbatches; 1 where no operation names one. */
  public int microbatches() {
    long count =
        entries.stream()
            .filter(e -> e.microbatch() != null)
            .map(JsonScheduleFile.Entry::microbatch)
            .distinct()
            .count();
    return (int) Math.max(1, count);
  }

  /**
   * The DAG as the file gives it: microbatches and other instructions are what it says.
   *
   * @throws UserError if an operation waits for itself, if one names a stage that is not among
   *     {@code stages}, or if a stage has no operation
   */
  @Override
  public IterationDag dag(
      int stages,
      int microbatches,
      List<? extends Set<Instruction>> fixed,
      double[] transferSeconds) {
    Set<Integer> seen = new TreeSet<>();
    for (JsonScheduleFile.Entry entry : entries) {
      if (entry.stage() >= stages) {
        throw refused(
            entry,
            "operation '%s' is of stage %d, but the profile has stages 0 to %d",
            entry.id(),
            entry.stage(),
            stages - 1);
      }
      seen.add(entry.stage());
    }
    for (int s = 0; s < stages; s++) {
      if (!seen.contains(s)) {
        throw new UserError("%s has no operation of stage %d.".formatted(file, s));
      }
    }
    int[] lanes = lanes();
    List<Set<Integer>> arcs = arcs(lanes);
    int[] order = topologicalOrder(arcs);
    int[] position = new int[order.length];
    for (int j = 0; j < order.length; j++) {
      position[order[j]] = j;
    }
    List<Operation> operations = new ArrayList<>();
    int[] lanesInOrder = new int[order.length];
    int[][] predecessors = new int[order.length][];
    for (int j = 0; j < order.length; j++) {
      JsonScheduleFile.Entry entry = entries.get(order[j]);
      int microbatch = entry.microbatch() == null ? Step.EVERY_MICROBATCH : entry.microbatch();
      operations.add(
          new Operation(j, entry.stage(), new Instruction(entry.instruction()), microbatch));
      lanesInOrder[j] = lanes[order[j]];
      predecessors[j] = arcs.get(order[j]).stream().mapToInt(i -> position[i]).toArray();
    }
    return new IterationDag(stages, operations, lanesInOrder, predecessors, transferSeconds);
  }

  /** The lane of each operation: ranks, numbered without gaps. */
  private int[] lanes() {
    Map<Integer, Integer> rankOfStage = new LinkedHashMap<>();
    for (JsonScheduleFile.Entry entry : entries) {
      int rank = rank(entry);
      Integer other = rankOfStage.putIfAbsent(entry.stage(), rank);
      if (other != null && other != rank) {
        throw refused(
            entry,
            "operation '%s' of stage %d is on rank %d, but others of that stage are on rank %d",
            entry.id(),
            entry.stage(),
            rank,
            other);
      }
    }
    List<Integer> ranks = List.copyOf(new TreeSet<>(rankOfStage.values()));
    return entries.stream()
        .mapToInt(entry -> Collections.binarySearch(ranks, rank(entry)))
        .toArray();
  }

  private static int rank(JsonScheduleFile.Entry entry) {
    return entry.rank() == null ? entry.stage() : entry.rank();
  }

  /** What each operation waits for: the one before it in its lane, and those that it names. */
  private List<Set<Integer>> arcs(int[] lanes) {
    Map<Integer, Integer> last = new HashMap<>();
    List<Set<Integer>> arcs = new ArrayList<>();
    for (int i = 0; i < lanes.length; i++) {
      Set<Integer> of = new TreeSet<>();
      Integer previous = last.put(lanes[i], i);
      if (previous != null) {
        of.add(previous);
      }
      predecessors(entries.get(i)).forEach(id -> of.add(byId.get(id)));
      arcs.add(of);
    }
    return arcs;
  }

  /** Kahn's algorithm; of operations that are free the first of the file comes first. */
  private int[] topologicalOrder(List<Set<Integer>> arcs) {
    int[] waiting = arcs.stream().mapToInt(Set::size).toArray();
    List<List<Integer>> successors = new ArrayList<>();
    arcs.forEach(of -> successors.add(new ArrayList<>()));
    Deque<Integer> free = new ArrayDeque<>();
    for (int i = 0; i < waiting.length; i++) {
      for (int p : arcs.get(i)) {
        successors.get(p).add(i);
      }
      if (waiting[i] == 0) {
        free.add(i);
      }
    }
    int[] order = new int[waiting.length];
    int size = 0;
    while (!free.isEmpty()) {
      int i = free.poll();
      order[size++] = i;
      for (int next : successors.get(i)) {
        if (--waiting[next] == 0) {
          free.add(next);
        }
      }
    }
    if (size < order.length) {
      throw new UserError(cycle(arcs, waiting));
    }
    return order;
  }

  private String cycle(List<Set<Integer>> arcs, int[] waiting) {
    // Whoever still waits does so for one that still waits: going back ends in a circle.
    int[] step = new int[waiting.length];
    Arrays.fill(step, -1);
    List<Integer> path = new ArrayList<>();
    int at = 0;
    while (waiting[at] == 0) {
      at++;
    }
    while (step[at] < 0) {
      step[at] = path.size();
      path.add(at);
      at = arcs.get(at).stream().filter(p -> waiting[p] > 0).findFirst().orElseThrow();
    }
    List<Integer> circle = new ArrayList<>(path.subList(step[at], path.size()));
    Collections.reverse(circle);
    circle.add(0, circle.get(circle.size() - 1));
    List<String> names = circle.stream().map(i -> "'" + entries.get(i).id() + "'").toList();
    return "%s has a cycle: %s (the operations of a stage run in the file's order)."
        .formatted(file, String.join(" before ", names));
  }
}
