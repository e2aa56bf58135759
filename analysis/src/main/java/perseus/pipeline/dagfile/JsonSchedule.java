package perseus.pipeline.dagfile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.pipeline.Schedule;
import perseus.pipeline.Step;

/**
 * Implements {@link Schedule} by reading a user's JSON file that lists every operation of an
 * iteration. With a list of all operations, users can plan for pipeline schedules that this project
 * does not implement.
 *
 * <pre>{@code
 * {"operations": [
 *   {"id": "F0", "stage": 0, "instruction": "forward", "microbatch": 0},
 *   {"id": "F1", "stage": 1, "instruction": "forward", "microbatch": 0, "predecessors": ["F0"]},
 *   ...]}
 * }</pre>
 *
 * <ul>
 *   <li>The key {@code id} identifies the operation by a text or a whole number. Two operations of
 *       the file must not have the same id.
 *   <li>The keys {@code stage} and {@code instruction} select the rows of the stage profile with
 *       the times and energies of the operation.
 *   <li>The key {@code microbatch} is the number of the operation's microbatch, from 0. The key
 *       {@code microbatch} may be absent.
 *   <li>The key {@code predecessors} lists the ids of operations for which the operation waits. The
 *       key {@code predecessors} may be absent. Instead of an id, the list may contain an object,
 *       such as <code>{"id": "F0", "lag_seconds": 0.002}</code>. The result of F0 then arrives
 *       0.002 seconds after the end of F0, instead of after the transfer time of the profile.
 *   <li>The key {@code rank} is the number of the rank that executes the operation, from 0. The
 *       default of {@code rank} is the number of the operation's stage. A rank executes its
 *       operations one at a time, in the order of the file. The list of predecessors need not
 *       contain the previous operation of the same rank. Several stages may share a rank.
 * </ul>
 *
 * <p>The JSON file may also have the key {@code schema_version}, whose value is ignored. An unknown
 * key in the file is an error.
 *
 * <p>The DAG has an arc from each operation to the next operation of its rank. The DAG also has an
 * arc from each listed predecessor to the operation that lists it. The class {@link
 * TopologicalOrder} numbers the operations in the time O(operations + arcs log arcs). Limits: all
 * operations of a stage must be on the same rank.
 */
public final class JsonSchedule implements Schedule {
  private final Path file;
  private final List<JsonScheduleFile.Entry> entries;
  private final Map<String, Integer> byId;

  private JsonSchedule(Path file, List<JsonScheduleFile.Entry> entries, Map<String, Integer> byId) {
    this.file = file;
    this.entries = entries;
    this.byId = byId;
  }

  /**
   * Reads the list of all operations of an iteration from a JSON file.
   *
   * @throws UserError if the file cannot be read, or if an operation is not valid; the message
   *     names the line where the operation begins
   */
  public static JsonSchedule read(Path file) {
    JsonScheduleFile contents = JsonFiles.read(file, JsonScheduleFile.class, "a DAG of operations");
    if (contents.operations() == null || contents.operations().isEmpty()) {
      throw new UserError(file + " has no operations; it needs {\"operations\": [...]}.");
    }
    Checks checks = new Checks(file, contents.operations());
    return new JsonSchedule(file, contents.operations(), checks.indices());
  }

  @Override
  public String name() {
    return "dag";
  }

  @Override
  public String toString() {
    return name();
  }

  /**
   * Returns the number of different microbatches in the file; 1 if no operation in the file has a
   * microbatch.
   */
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
   * Builds the DAG of the operations in the file.
   *
   * @param microbatches ignored, because the file lists the operations of all microbatches
   * @param fixed ignored, because the file lists the operations of all instructions
   * @throws UserError if operations wait for each other in a cycle, if the stage of an operation is
   *     not below {@code stages}, or if a stage has no operation
   */
  @Override
  public IterationDag dag(
      int stages,
      int microbatches,
      List<? extends Set<Instruction>> fixed,
      double[] transferSeconds) {
    Set<Integer> stagesOfFile = new TreeSet<>();
    for (JsonScheduleFile.Entry entry : entries) {
      if (entry.stage() >= stages) {
        throw Checks.refused(
            file,
            entry,
            "operation '%s' is of stage %d, but the profile has stages 0 to %d",
            entry.id(),
            entry.stage(),
            stages - 1);
      }
      stagesOfFile.add(entry.stage());
    }
    for (int s = 0; s < stages; s++) {
      if (!stagesOfFile.contains(s)) {
        throw new UserError("%s has no operation of stage %d.".formatted(file, s));
      }
    }
    int[] lanes = lanes();
    List<Set<Integer>> arcs = predecessors(lanes);
    int[] order = order(arcs);
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
    return new IterationDag(
        stages, operations, lanesInOrder, predecessors, transferSeconds, lags(position));
  }

  /**
   * Returns the lag in seconds of each arc for which the file states a lag, with operations
   * numbered in topological order.
   */
  private Map<IterationDag.Arc, Double> lags(int[] position) {
    Map<IterationDag.Arc, Double> lags = new HashMap<>();
    for (int i = 0; i < position.length; i++) {
      for (JsonScheduleFile.Predecessor predecessor : entries.get(i).predecessors()) {
        if (predecessor.lagSeconds() != null) {
          int from = position[byId.get(predecessor.id())];
          lags.put(new IterationDag.Arc(from, position[i]), predecessor.lagSeconds());
        }
      }
    }
    return lags;
  }

  /**
   * Returns the indices of the operations in an order in which each operation comes after its
   * predecessors.
   */
  private int[] order(List<Set<Integer>> predecessors) {
    TopologicalOrder order = new TopologicalOrder(predecessors);
    if (order.hasCycle()) {
      throw new UserError(
          "%s has a cycle: %s (the operations of a stage run in the order of the file)."
              .formatted(
                  file,
                  order.cycle().stream()
                      .map(i -> "'" + entries.get(i).id() + "'")
                      .collect(Collectors.joining(" before "))));
    }
    return order.order();
  }

  /**
   * Returns, for each operation, the number of its rank. The returned rank numbers have no gaps,
   * although the rank numbers in the file may have gaps.
   */
  private int[] lanes() {
    Map<Integer, Integer> rankOfStage = new LinkedHashMap<>();
    for (JsonScheduleFile.Entry entry : entries) {
      int rank = rank(entry);
      Integer other = rankOfStage.putIfAbsent(entry.stage(), rank);
      if (other != null && other != rank) {
        throw Checks.refused(
            file,
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

  /**
   * Returns the indices of the predecessors of each operation: the previous operation of its rank,
   * and the listed predecessors of the file.
   */
  private List<Set<Integer>> predecessors(int[] lanes) {
    Map<Integer, Integer> last = new HashMap<>();
    List<Set<Integer>> all = new ArrayList<>();
    for (int i = 0; i < lanes.length; i++) {
      Set<Integer> ofOperation = new TreeSet<>();
      Integer previous = last.put(lanes[i], i);
      if (previous != null) {
        ofOperation.add(previous);
      }
      entries.get(i).predecessors().forEach(waited -> ofOperation.add(byId.get(waited.id())));
      all.add(ofOperation);
    }
    return all;
  }
}
