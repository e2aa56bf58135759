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
 * Stores the DAG of a problem and the frequency choices of its operations in arrays. Times are in
 * integer time units, and energies are in joules.
 *
 * <p>The first index of an array is the index of the operation, unless the comment of the array
 * says otherwise. The frequency choices of an operation begin with the fastest. Operations with the
 * same frequency choices share their arrays. Callers must not modify the arrays, which are public
 * because inner loops read them.
 */
public final class OptionTables {
  public final int operations;

  public final int[][] predecessors;

  public final int[][] successors;

  /**
   * {@code lagFromPredecessor[j][i]} is the transfer time from {@code predecessors[j][i]} to
   * operation j, in integer time units.
   */
  public final long[][] lagFromPredecessor;

  /**
   * {@code lagToSuccessor[j][i]} is the transfer time from operation j to {@code successors[j][i]},
   * in integer time units.
   */
  public final long[][] lagToSuccessor;

  /** {@code options[j][k]} is the row of the profile for frequency choice k of operation j. */
  public final ProfileRow[][] options;

  /**
   * {@code ticks[j][k]} is the time of frequency choice k of operation j, in integer time units.
   */
  public final long[][] ticks;

  /**
   * {@code times[j]} finds the slowest frequency choice of operation j that fits into a given time.
   */
  public final OptionLookup[] times;

  /**
   * {@code energies[j][k]} is the energy of frequency choice k of operation j in joules, minus the
   * energy of waiting for the same time.
   */
  public final double[][] energies;

  /** Indices of all operations without successors. */
  public final int[] last;

  /** {@code frequencies[j][k]} is the frequency of choice k of operation j, in MHz. */
  public final int[][] frequencies;

  /** {@code computations[r]} holds the computations of rank r in execution order. */
  public final int[][] computations;

  /** Makes tables of the Pareto-optimal frequency choices. */
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
   * Returns the slowest frequency choice of operation {@code j} that takes at most {@code
   * available} integer time units. If all frequency choices take longer, the method returns the
   * fastest.
   */
  public int slowestWithin(int j, long available) {
    return Math.max(0, times[j].slowestWithin(available));
  }

  /**
   * Returns the earliest start of operation {@code j} in integer time units. The method assumes
   * that clock changes take no time.
   *
   * @param ends end of each predecessor in integer time units, by operation index
   */
  public long startAfter(int j, long[] ends) {
    long start = 0;
    for (int i = 0; i < predecessors[j].length; i++) {
      start = Math.max(start, ends[predecessors[j][i]] + lagFromPredecessor[j][i]);
    }
    return start;
  }

  /**
   * Returns the earliest start of each operation of a plan in integer time units. The method
   * assumes that clock changes take no time.
   *
   * @param choices index of the chosen frequency choice of each operation
   */
  public long[] starts(int[] choices) {
    long[] starts = new long[operations];
    long[] ends = new long[operations];
    for (int j = 0; j < operations; j++) {
      starts[j] = startAfter(j, ends);
      ends[j] = starts[j] + ticks[j][choices[j]];
    }
    return starts;
  }

  /**
   * Returns the effective energy (energy minus the energy of waiting for the same time) of a plan
   * in joules.
   *
   * @param choices index of the chosen frequency choice of each operation
   */
  public double energy(int[] choices) {
    double sum = 0;
    for (int j = 0; j < operations; j++) {
      sum += energies[j][choices[j]];
    }
    return sum;
  }

  /**
   * Returns whether a plan ends by a deadline. The method assumes that clock changes take no time.
   *
   * @param choices index of the chosen frequency choice of each operation
   * @param deadline latest end of the iteration, in integer time units
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
