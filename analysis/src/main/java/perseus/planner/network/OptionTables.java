package perseus.planner.network;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import perseus.pipeline.IterationDag;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * Stores the DAG of a problem and the options of its operations in arrays, with times in ticks and
 * energies in joules.
 *
 * <p>The first index of every array is the index of the operation, unless the comment of the array
 * states another index. Options have the order of {@link ExecutionOptions}: the fastest comes
 * first. Operations with the same options share their arrays. The arrays are public because the
 * planner's inner loops read the arrays directly. Callers must not modify the arrays.
 */
public final class OptionTables {
  /** Number of operations of the DAG. */
  public final int operations;

  public final int[][] predecessors;

  public final int[][] successors;

  /**
   * {@code lagFromPredecessor[j][i]} is the transfer time from {@code predecessors[j][i]} to
   * operation j, in ticks.
   */
  public final long[][] lagFromPredecessor;

  /**
   * {@code lagToSuccessor[j][i]} is the transfer time from operation j to {@code successors[j][i]},
   * in ticks.
   */
  public final long[][] lagToSuccessor;

  /** {@code options[j][k]} is option k of operation j. */
  public final ProfileRow[][] options;

  /** {@code ticks[j][k]} is the time of option k of operation j, in ticks. */
  public final long[][] ticks;

  /** {@code times[j]} finds the slowest option of operation j that fits into a given time. */
  public final OptionLookup[] times;

  /** {@code energies[j][k]} is the effective energy of option k of operation j, in joules. */
  public final double[][] energies;

  /**
   * Indices of all operations without successors. The operation that ends last in the iteration is
   * one of these operations.
   */
  public final int[] last;

  /** {@code frequencies[j][k]} is the frequency of option k of operation j, in MHz. */
  public final int[][] frequencies;

  /** {@code computations[r]} holds the computations of rank r in execution order. */
  public final int[][] computations;

  /**
   * Makes the tables of the Pareto-optimal options. Of two Pareto-optimal options, the slower one
   * has less effective energy.
   */
  public OptionTables(PlanningProblem problem, TickScale scale) {
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
    fillOptions(problem, scale);
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
    Arrays.setAll(computations, dag::laneComputations);
  }

  private void fillOptions(PlanningProblem problem, TickScale scale) {
    Map<ExecutionOptions, Integer> known = new IdentityHashMap<>();
    for (int j = 0; j < operations; j++) {
      ExecutionOptions set = problem.options(j);
      Integer same = known.putIfAbsent(set, j);
      if (same == null) {
        List<ProfileRow> choice = set.paretoOptimal();
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
   * Returns the slowest option of operation {@code j} that takes at most {@code available} ticks.
   * If all options take longer, the method returns the fastest option.
   *
   * <p>If the tables hold only Pareto-optimal options, no other option within the available time
   * has less effective energy.
   */
  public int slowestWithin(int j, long available) {
    return Math.max(0, times[j].slowestWithin(available));
  }

  /**
   * Returns the earliest start of operation {@code j} in ticks. The method assumes that changes of
   * clock take no time.
   *
   * @param ends end of each predecessor in ticks, by operation index
   */
  public long startAfter(int j, long[] ends) {
    long start = 0;
    for (int i = 0; i < predecessors[j].length; i++) {
      start = Math.max(start, ends[predecessors[j][i]] + lagFromPredecessor[j][i]);
    }
    return start;
  }

  /**
   * Returns the sum of the effective energies of the chosen options, in joules.
   *
   * @param choices index of the chosen option of each operation
   */
  public double energy(int[] choices) {
    double sum = 0;
    for (int j = 0; j < operations; j++) {
      sum += energies[j][choices[j]];
    }
    return sum;
  }

  /**
   * Returns whether a plan ends by a deadline. The method assumes that changes of clock take no
   * time.
   *
   * @param choices index of the chosen option of each operation
   * @param deadline latest end of the iteration, in ticks
   */
  public boolean endsBy(int[] choices, long deadline) {
    long[] ends = new long[operations];
    for (int j = 0; j < operations; j++) {
      ends[j] = startAfter(j, ends) + ticks[j][choices[j]];
      if (ends[j] > deadline) {
        return false;
      }
    }
    return true;
  }
}
