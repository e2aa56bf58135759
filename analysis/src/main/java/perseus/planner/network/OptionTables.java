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
 * The DAG of a problem and the options of its operations as arrays, in ticks and joules.
 *
 * <p>The first index of every array is an operation, unless the field says otherwise. Options are
 * ordered as in {@link ExecutionOptions}: the fastest first. Operations with the same options share
 * their arrays. The arrays are public because the inner loops of the planner read them; they must
 * not be modified.
 */
public final class OptionTables {
  /** Number of operations. */
  public final int operations;

  /** Predecessors of each operation. */
  public final int[][] predecessors;

  /** Successors of each operation. */
  public final int[][] successors;

  /** Transfer time from each of the {@link #predecessors}, in ticks. */
  public final long[][] lagFromPredecessor;

  /** Transfer time to each of the {@link #successors}, in ticks. */
  public final long[][] lagToSuccessor;

  /** The options of each operation. */
  public final ProfileRow[][] options;

  /** Time of each option, in ticks. */
  public final long[][] ticks;

  /** The times of {@link #ticks} with a table to search them by. */
  public final OptionLookup[] times;

  /** Effective energy of each option, in joules. */
  public final double[][] energies;

  /** The operations without successors; one of them ends last. */
  public final int[] last;

  /** Time of a change of clock, in ticks. */
  public final long switchTicks;

  /**
   * The computation before each operation on its rank, if a change of clock takes time, or {@link
   * PlanningProblem#NONE}.
   */
  public final int[] clockBefore;

  /** The inverse of {@link #clockBefore}: the computation after each operation on its rank. */
  public final int[] clockAfter;

  /** Frequency of each option, in MHz. */
  public final int[][] frequencies;

  /** The computations of each rank, in execution order. The first index is the rank. */
  public final int[][] computations;

  /**
   * Makes the tables of the Pareto-optimal options. Their energies fall with the option's index.
   */
  public OptionTables(PlanningProblem problem, TickScale scale) {
    this(problem, scale, ExecutionOptions::paretoOptimal);
  }

  /**
   * Makes the tables of selected options.
   *
   * @param rows selects from an operation's options those to tabulate, the fastest first
   */
  public OptionTables(
      PlanningProblem problem, TickScale scale, Function<ExecutionOptions, List<ProfileRow>> rows) {
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
    fillOptions(problem, scale, rows);
    int[] ends = new int[operations];
    int count = 0;
    for (int j = 0; j < operations; j++) {
      int operation = j;
      predecessors[j] = dag.predecessors(j);
      successors[j] = dag.successors(j);
      lagFromPredecessor[j] =
          Arrays.stream(predecessors[j])
              .mapToLong(p -> scale.transferTicks(p, operation))
              .toArray();
      lagToSuccessor[j] =
          Arrays.stream(successors[j]).mapToLong(s -> scale.transferTicks(operation, s)).toArray();
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
    switchTicks = scale.ticks(problem.switchSeconds());
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
      PlanningProblem problem, TickScale scale, Function<ExecutionOptions, List<ProfileRow>> rows) {
    Map<ExecutionOptions, Integer> known = new IdentityHashMap<>();
    for (int j = 0; j < operations; j++) {
      ExecutionOptions set = problem.options(j);
      Integer same = known.putIfAbsent(set, j);
      if (same == null) {
        List<ProfileRow> choice = rows.apply(set);
        options[j] = choice.toArray(ProfileRow[]::new);
        ticks[j] = choice.stream().mapToLong(row -> scale.ticks(row.timeSeconds())).toArray();
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
   * The slowest option of operation {@code j} that takes at most {@code available} ticks; the
   * fastest option if all take longer. Of Pareto-optimal options it is the cheapest one.
   */
  public int slowestWithin(int j, long available) {
    return Math.max(0, times[j].slowestWithin(available));
  }

  /**
   * The earliest start of operation {@code j} in ticks, if changes of clock take no time.
   *
   * @param ends ends of the operations before it, in ticks
   */
  public long startAfter(int j, long[] ends) {
    long start = 0;
    for (int i = 0; i < predecessors[j].length; i++) {
      start = Math.max(start, ends[predecessors[j][i]] + lagFromPredecessor[j][i]);
    }
    return start;
  }

  /**
   * The sum of the effective energies of a choice of options, in joules.
   *
   * @param choices option of each operation
   */
  public double energy(int[] choices) {
    double sum = 0;
    for (int j = 0; j < operations; j++) {
      sum += energies[j][choices[j]];
    }
    return sum;
  }
}
