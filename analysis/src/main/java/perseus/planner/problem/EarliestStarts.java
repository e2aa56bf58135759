package perseus.planner.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import perseus.pipeline.IterationDag;
import perseus.profile.ProfileRow;

/**
 * Computes the earliest start of every operation, the makespan and the iteration time, in seconds.
 *
 * <p>The earliest start of an operation is the end of the last operation or transfer for which it
 * waits:
 *
 * <pre>
 * s_j = max(0, s_p + d_p + transfer(p, j) for all predecessors p, s_c + d_c + change(c, j))
 * makespan = max(s_j + d_j for all operations j)
 * iteration time = max(makespan, s_z + d_z + change(z, a) - s_a for all ranks)
 *
 * s_j               earliest start of operation j
 * d_j               duration of operation j
 * transfer(p, j)    time until the result of operation p reaches operation j
 * c                 previous computation on the rank of operation j
 * change(c, j)      time of the clock change from operation c to operation j; 0 at equal frequencies
 * a, z              first and last computation of a rank
 * </pre>
 *
 * <p>The iteration time includes the clock change from the last computation of a rank to its first
 * computation in the next iteration. All iterations run at the same frequencies.
 *
 * <p>One pass over the operations in topological order computes all starts, in O(operations +
 * precedences). The computation is the critical path method (Kelley and Walker, 1959).
 */
public final class EarliestStarts {
  private static final IntUnaryOperator NO_CHANGE = j -> PlanningProblem.NONE;

  private final double[] starts;

  /**
   * {@code waitsFor[j]} is the operation whose end determines the start of operation j; NONE if
   * operation j starts at time 0.
   */
  private final int[] waitsFor;

  private int last = PlanningProblem.NONE;
  private double makespan;
  private double iterationSeconds;

  private EarliestStarts(
      IterationDag dag,
      double[] durations,
      IntUnaryOperator changedFrom,
      IntToDoubleFunction change) {
    starts = new double[dag.size()];
    waitsFor = new int[starts.length];
    Arrays.fill(waitsFor, PlanningProblem.NONE);
    double[] ends = new double[starts.length];
    for (int j = 0; j < starts.length; j++) {
      for (int p : dag.predecessors(j)) {
        startAfter(j, p, ends[p] + dag.transferSeconds(p, j));
      }
      int before = changedFrom.applyAsInt(j);
      if (before != PlanningProblem.NONE) {
        startAfter(j, before, ends[before] + change.applyAsDouble(j));
      }
      ends[j] = starts[j] + durations[j];
      if (ends[j] > makespan) {
        makespan = ends[j];
        last = j;
      }
    }
    iterationSeconds = makespan;
  }

  /** Makes the iteration time longer if the clock of a rank changes between two iterations. */
  private void addChangesBetweenIterations(
      PlanningProblem problem, IntFunction<ProfileRow> choice) {
    for (int lane = 0; lane < problem.dag().lanes(); lane++) {
      int[] computations = problem.dag().laneComputations(lane);
      if (computations.length > 0) {
        int a = computations[0];
        int z = computations[computations.length - 1];
        double change = seconds(problem, choice, z, a);
        double period = starts[z] + choice.apply(z).timeSeconds() + change - starts[a];
        if (change > 0 && period > iterationSeconds) {
          iterationSeconds = period;
          last = z;
        }
      }
    }
  }

  /** Returns the time in seconds of the clock change between two operations. */
  private static double seconds(
      PlanningProblem problem, IntFunction<ProfileRow> choice, int from, int to) {
    return problem
        .switchCost()
        .seconds(choice.apply(from).frequencyMhz(), choice.apply(to).frequencyMhz());
  }

  private void startAfter(int operation, int other, double ready) {
    if (ready > starts[operation]) {
      starts[operation] = ready;
      waitsFor[operation] = other;
    }
  }

  /**
   * Computes the earliest starts for given durations, if clock changes take no time.
   *
   * @param durations duration of each operation in seconds, by operation index
   */
  public static EarliestStarts of(IterationDag dag, double[] durations) {
    return new EarliestStarts(dag, durations, NO_CHANGE, j -> 0);
  }

  /**
   * Computes the earliest starts of a problem's operations, with the time of clock changes.
   *
   * @param choice returns the row of the profile for the operation with a given index
   */
  public static EarliestStarts of(PlanningProblem problem, IntFunction<ProfileRow> choice) {
    double[] durations = new double[problem.dag().size()];
    Arrays.setAll(durations, j -> choice.apply(j).timeSeconds());
    if (problem.switchCost().isZero()) {
      return of(problem.dag(), durations);
    }
    EarliestStarts starts =
        new EarliestStarts(
            problem.dag(),
            durations,
            j -> problem.changesClock(j, choice) ? problem.clockBefore(j) : PlanningProblem.NONE,
            j -> seconds(problem, choice, problem.clockBefore(j), j));
    starts.addChangesBetweenIterations(problem, choice);
    return starts;
  }

  /** Returns the start of an operation, in seconds from the start of the iteration. */
  public double startSeconds(int operation) {
    return starts[operation];
  }

  /** Returns the end of the last operation, in seconds from the start of the iteration. */
  public double makespanSeconds() {
    return makespan;
  }

  /**
   * Returns the time in seconds from the start of an iteration to the start of the next iteration.
   * The iteration time is longer than the makespan if a clock change delays the next iteration.
   */
  public double iterationSeconds() {
    return iterationSeconds;
  }

  /**
   * Returns the operations of one longest path through the iteration, the last operation first.
   *
   * <p>If several predecessors determine the start of an operation, the path continues with the
   * first of these predecessors in the DAG's order.
   */
  public List<Integer> longestPath() {
    List<Integer> path = new ArrayList<>();
    for (int j = last; j != PlanningProblem.NONE; j = waitsFor[j]) {
      path.add(j);
    }
    return path;
  }
}
