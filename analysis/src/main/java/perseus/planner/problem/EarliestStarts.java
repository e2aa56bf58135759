package perseus.planner.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import perseus.pipeline.IterationDag;
import perseus.profile.ProfileRow;

/**
 * Computes the earliest start of every operation and the makespan of the iteration, in seconds.
 *
 * <p>Let operation j take d_j seconds. The earliest start of operation j is {@code s_j = max(0,
 * max_p (s_p + d_p + transfer(p, j)))} over its predecessors p. Here {@code transfer(p, j)} is the
 * time in seconds until the result of operation p reaches operation j. The makespan is {@code max_j
 * (s_j + d_j)}.
 *
 * <p>A change of clock (GPU frequency) may take time. Let c be the computation before j on the same
 * rank. If computations c and j run at different frequencies, then j also starts no earlier than
 * {@code s_c + d_c + switch time}.
 *
 * <p>One pass over the operations in topological order computes all starts, in O(operations +
 * precedences). This class computes with times in seconds. The package {@code
 * perseus.planner.network} computes earliest starts from integer times.
 */
public final class EarliestStarts {
  private static final IntUnaryOperator NO_CHANGE = j -> PlanningProblem.NONE;

  private final double[] starts;

  /**
   * {@code waitsFor[j]} is the operation whose end determines the start of operation j. {@code
   * waitsFor[j]} is NONE (no operation) if operation j starts at time 0.
   */
  private final int[] waitsFor;

  private int last = PlanningProblem.NONE;
  private double makespan;

  private EarliestStarts(
      IterationDag dag, double[] durations, IntUnaryOperator changedFrom, double switchSeconds) {
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
        startAfter(j, before, ends[before] + switchSeconds);
      }
      ends[j] = starts[j] + durations[j];
      if (ends[j] > makespan) {
        makespan = ends[j];
        last = j;
      }
    }
  }

  private void startAfter(int operation, int other, double ready) {
    if (ready > starts[operation]) {
      starts[operation] = ready;
      waitsFor[operation] = other;
    }
  }

  /**
   * Computes the earliest starts for given durations. Changes of clock (GPU frequency) take no
   * time.
   *
   * @param durations duration of each operation in seconds, by operation index
   */
  public static EarliestStarts of(IterationDag dag, double[] durations) {
    return new EarliestStarts(dag, durations, NO_CHANGE, 0);
  }

  /**
   * Computes the earliest starts of a problem's operations. Changes of clock (GPU frequency) take
   * the time that the problem states.
   *
   * @param choice returns the option of the operation with a given index
   */
  public static EarliestStarts of(PlanningProblem problem, IntFunction<ProfileRow> choice) {
    double[] durations = new double[problem.dag().size()];
    Arrays.setAll(durations, j -> choice.apply(j).timeSeconds());
    IntUnaryOperator changedFrom =
        j -> problem.changesClock(j, choice) ? problem.clockBefore(j) : PlanningProblem.NONE;
    double switchSeconds = problem.switchSeconds();
    return new EarliestStarts(
        problem.dag(), durations, switchSeconds > 0 ? changedFrom : NO_CHANGE, switchSeconds);
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
   * Returns the operations of one longest path, from the last operation back to the first.
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
