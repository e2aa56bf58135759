package perseus.planner.network;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import perseus.pipeline.IterationDag;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * The DAG and the options of its operations in arrays, in ticks and in joules of effective energy.
 */
public final class OptionTables {
  public final int operations;
  public final int[][] predecessors;
  public final int[][] successors;
  public final long[][] lagFromPredecessor;
  public final long[][] lagToSuccessor;
  public final ProfileRow[][] options;
  public final long[][] ticks;
  public final OptionLookup[] times;
  public final double[][] energies;
  public final int[] last;

  /** Ticks that a change of clock takes. */
  public final long switchTicks;

  /** The computation whose clock an operation may have to change, and the reverse, or NONE. */
  public final int[] clockBefore;

  public final int[] clockAfter;
  public final int[][] frequencies;

  /** Each rank's computations in their order. */
  public final int[][] computations;

  /** With the options worth having, the fastest first. */
  public OptionTables(PlanningProblem problem, TickScale costs) {
    this(problem, costs, ExecutionOptions::worthHaving);
  }

  /**
   * @param rows the options of a set to choose from
   */
  public OptionTables(
      PlanningProblem problem, TickScale costs, Function<ExecutionOptions, List<ProfileRow>> rows) {
    IterationDag dag = problem.dag();
    operations = dag.size();
    predecessors = new int[operations][];
    successors = new int[operations][];
    lagFromPredecessor = new long[operations][];
    lagToSuccessor = new long[operations][];
    options = new ProfileRow[operations][];
    ticks = new long[operations][];
    times = new OptionLookup[operations];
    energies = new double[operations][];
    frequencies = new int[operations][];
    fillOptions(problem, costs, rows);
    int[] ends = new int[operations];
    int count = 0;
    for (int j = 0; j < operations; j++) {
      int operation = j;
      predecessors[j] = dag.predecessors(j);
      successors[j] = dag.successors(j);
      lagFromPredecessor[j] =
          Arrays.stream(predecessors[j])
              .mapToLong(p -> costs.transferTicks(p, operation))
              .toArray();
      lagToSuccessor[j] =
          Arrays.stream(successors[j]).mapToLong(s -> costs.transferTicks(operation, s)).toArray();
      if (successors[j].length == 0) {
        ends[count++] = j;
      }
    }
    last = Arrays.copyOf(ends, count);
    computations = new int[dag.lanes()][];
    Arrays.setAll(
        computations,
        lane ->
            Arrays.stream(dag.laneOperations(lane))
                .filter(j -> dag.operations().get(j).instruction().isComputation())
                .toArray());
    switchTicks = costs.ticks(problem.switchSeconds());
    clockBefore = new int[operations];
    clockAfter = new int[operations];
    Arrays.fill(clockBefore, PlanningProblem.NONE);
    Arrays.fill(clockAfter, PlanningProblem.NONE);
    for (int j = 0; j < operations; j++) {
      int before = problem.clockBefore(j);
      if (switchTicks > 0 && before != PlanningProblem.NONE) {
        clockBefore[j] = before;
        clockAfter[before] = j;
      }
    }
  }

  private void fillOptions(
      PlanningProblem problem, TickScale costs, Function<ExecutionOptions, List<ProfileRow>> rows) {
    Map<ExecutionOptions, Integer> known = new IdentityHashMap<>();
    for (int j = 0; j < operations; j++) {
      ExecutionOptions set = problem.options(j);
      Integer same = known.putIfAbsent(set, j);
      if (same == null) {
        List<ProfileRow> choice = rows.apply(set);
        options[j] = choice.toArray(ProfileRow[]::new);
        ticks[j] = choice.stream().mapToLong(row -> costs.ticks(row.timeSeconds())).toArray();
        times[j] = new OptionLookup(ticks[j]);
        energies[j] = choice.stream().mapToDouble(set::effectiveEnergyOf).toArray();
        frequencies[j] = choice.stream().mapToInt(ProfileRow::frequencyMhz).toArray();
      } else {
        options[j] = options[same];
        ticks[j] = ticks[same];
        times[j] = times[same];
        energies[j] = energies[same];
        frequencies[j] = frequencies[same];
      }
    }
  }

  /**
   * The slowest option, which is the cheapest, that takes at most {@code available} ticks; else the
   * fastest.
   */
  public int slowestWithin(int j, long available) {
    return Math.max(0, times[j].slowestWithin(available));
  }

  /**
   * The earliest start of an operation, where changes of clock take no time.
   *
   * @param ends of the operations before it, in ticks
   */
  public long startAfter(int j, long[] ends) {
    long start = 0;
    for (int i = 0; i < predecessors[j].length; i++) {
      start = Math.max(start, ends[predecessors[j][i]] + lagFromPredecessor[j][i]);
    }
    return start;
  }

  /** Sum of the effective energies of some choices, in joules. */
  public double energy(int[] choices) {
    double sum = 0;
    for (int j = 0; j < operations; j++) {
      sum += energies[j][choices[j]];
    }
    return sum;
  }
}
