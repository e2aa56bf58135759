package perseus.planner.problem;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import perseus.pipeline.IterationDag;
import perseus.profile.ProfileRow;

/**
 * The earliest start of every operation, in seconds, and the makespan that follows from them.
 *
 * <p>With duration d_j of operation j, its earliest start is {@code s_j = max(0, max_p (s_p + d_p +
 * transfer(p, j)))} over its predecessors p. If a change of clock takes time, and the computation c
 * before j on its rank ran at another frequency, then j also starts no earlier than {@code s_c +
 * d_c + switch time}. The makespan is {@code max_j (s_j + d_j)}.
 *
 * <p>One forward pass in topological order computes all of them in O(operations + precedences).
 * This is the only such pass in seconds; integer times are computed by {@code
 * perseus.planner.network}.
 */
public final class EarliestStarts {
  private static final IntUnaryOperator NO_CHANGE = j -> PlanningProblem.NONE;

  private final double[] starts;

  /** The operation whose end determines the start of each; NONE if it starts at 0. */
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
   * Computes the starts where changes of clock take no time.
   *
   * @param durations seconds that each operation takes, by index
   */
  public static EarliestStarts of(IterationDag dag, double[] durations) {
    return new EarliestStarts(dag, durations, NO_CHANGE, 0);
  }

  /**
   * Computes the starts of a problem's operations, with the time that its changes of clock take.
   *
   * @param choice the option of each operation, by index
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

  /** Start of an operation, in seconds from the start of the iteration. */
  public double startSeconds(int operation) {
    return starts[operation];
  }

  /** The end of the last operation, in seconds from the start of the iteration. */
  public double makespanSeconds() {
    return makespan;
  }

  /**
   * The operations of one longest path, from the last operation back to the first. Among several
   * longest paths, the first predecessor in the DAG's order decides.
   */
  public List<Integer> longestPath() {
    List<Integer> path = new ArrayList<>();
    for (int j = last; j != PlanningProblem.NONE; j = waitsFor[j]) {
      path.add(j);
    }
    return path;
  }
}
