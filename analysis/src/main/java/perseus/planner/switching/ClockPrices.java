package perseus.planner.switching;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes lower bounds on the energy of all plans that complete a partial plan. A partial plan has
 * frequencies for the first operations of a {@link ClockOrder}.
 *
 * <p>The bounds use prices of time that form a flow ({@link PathFlow}). No path through the
 * iteration takes longer than the iteration time. Every plan that completes a partial plan
 * satisfies two inequalities:
 *
 * <pre>
 * sum_(j in R) (f_j t_j) + lags + changes &lt;= F_R T - sum_k in_k r_k,
 * sum_(j in R) eps_j >= V + lags + sum_k in_k r_k - F_R T.
 *
 * T         iteration time, in seconds
 * R         operations without frequencies
 * t_j       time of operation j, in seconds
 * eps_j     energy of operation j minus the energy of waiting for the same time, in joules
 * f_j       flow through operation j, in watts
 * F_R       flow on all paths through operations of R, in watts
 * k         operation of R that has a predecessor with a frequency
 * r_k       earliest start of operation k, in seconds
 * in_k      flow to operation k from operations with frequencies, in watts
 * lags      sum of flow times transfer time over the precedences between operations of R, in joules
 * changes   sum of flow times duration over the clock changes, in joules
 * V         minimum of sum_(j in R) (eps_j + f_j t_j) + changes over all frequencies, in joules
 * </pre>
 *
 * <p>The minimum V of energy plus price of time is a sum of shortest paths, one for each rank. With
 * a given flow, the minimum of energy plus price of time depends only on the last fixed frequency
 * of each rank. The documentation of {@link SwitchBound} explains the bound for all plans of a
 * problem.
 *
 * <p>Preparing the bounds takes O(n (S^2 + E)) for n operations, S frequencies and E precedences.
 */
final class ClockPrices {
  private final ClockTables tables;
  private final ClockOrder order;
  private final PathFlow flow;
  private final boolean changesTakeTime;

  /**
   * {@code in[i][k]} is the flow in watts from the operations up to position i to operation {@code
   * order.pending[i][k]}. It is the price of each second by which the operation starts later.
   */
  final double[][] in;

  /**
   * {@code constants[i]} is the part of the lower bound in joules that does not depend on the
   * frequencies of the first i + 1 operations.
   */
  final double[] constants;

  /**
   * Element {@code j * settings + s} is the minimum cost in joules of all operations after
   * operation j on its rank, if operation j has frequency s.
   */
  final double[] after;

  /**
   * @param allowed frequencies that each operation may have
   * @param latestSeconds maximum iteration time T in seconds
   */
  ClockPrices(
      ClockTables tables, ClockOrder order, PathFlow flow, int[][] allowed, double latestSeconds) {
    this.tables = tables;
    this.order = order;
    this.flow = flow;
    changesTakeTime = tables.longestChange() > 0;
    int n = tables.operations;
    after = new double[n * tables.settings];
    double[] fromStart = new double[n];
    fillAfter(allowed, fromStart);
    double[] outflow = outflow();
    in = new double[n][];
    constants = new double[n];
    double rest = flow.size;
    for (int i = 0; i < n; i++) {
      int j = order.operations[i];
      int end = i;
      rest -= flow.watts[j] - outflow[j];
      in[i] = Arrays.stream(order.pending[i]).mapToDouble(k -> inflow(k, end)).toArray();
      constants[i] = lagJoules(i) + notStarted(i, fromStart) - rest * latestSeconds;
    }
  }

  /** Returns the total flow in watts from each operation to its successors. */
  private double[] outflow() {
    double[] outflow = new double[tables.operations];
    for (int j = 0; j < outflow.length; j++) {
      for (int i = tables.predecessorsFrom[j]; i < tables.predecessorsFrom[j + 1]; i++) {
        outflow[tables.predecessors[i]] += flow.precedenceWatts[i];
      }
      if (tables.before[j] != PlanningProblem.NONE) {
        outflow[tables.before[j]] += flow.changeWatts[j];
      }
    }
    return outflow;
  }

  /**
   * Returns the flow in watts to operation k from the operations at the positions 0 to {@code end}.
   * If clock changes take time, the flow through clock changes is not included.
   */
  private double inflow(int k, int end) {
    int before = tables.before[k];
    double sum =
        !changesTakeTime && before != PlanningProblem.NONE && order.position[before] <= end
            ? flow.changeWatts[k]
            : 0;
    for (int i = tables.predecessorsFrom[k]; i < tables.predecessorsFrom[k + 1]; i++) {
      sum += order.position[tables.predecessors[i]] <= end ? flow.precedenceWatts[i] : 0;
    }
    return sum;
  }

  /**
   * Returns the sum of flow times transfer time, in joules. The sum is over the precedences between
   * operations after the position {@code end}.
   */
  private double lagJoules(int end) {
    double sum = 0;
    for (int i = end + 1; i < order.operations.length; i++) {
      int j = order.operations[i];
      for (int k = tables.predecessorsFrom[j]; k < tables.predecessorsFrom[j + 1]; k++) {
        if (order.position[tables.predecessors[k]] > end) {
          sum += flow.precedenceWatts[k] * tables.lagBefore[k];
        }
      }
    }
    return sum;
  }

  private double notStarted(int end, double[] fromStart) {
    double sum = 0;
    for (int i = end + 1; i < order.operations.length; i++) {
      int j = order.operations[i];
      sum += tables.before[j] == PlanningProblem.NONE ? fromStart[j] : 0;
    }
    return sum;
  }

  private void fillAfter(int[][] allowed, double[] fromStart) {
    int settings = tables.settings;
    for (int j = tables.operations - 1; j >= 0; j--) {
      int next = tables.after[j];
      fromStart[j] = Double.POSITIVE_INFINITY;
      for (int s : allowed[j]) {
        double least = next == PlanningProblem.NONE ? 0 : Double.POSITIVE_INFINITY;
        for (int t : next == PlanningProblem.NONE ? new int[0] : allowed[next]) {
          double change = flow.changeWatts[next] * tables.changeSeconds[s * settings + t];
          least = Math.min(least, change + cost(next, t) + after[next * settings + t]);
        }
        after[j * settings + s] = least;
        fromStart[j] = Math.min(fromStart[j], cost(j, s) + least);
      }
    }
  }

  private double cost(int j, int s) {
    int at = j * tables.settings + s;
    return tables.joules[at] + flow.watts[j] * tables.seconds[at];
  }
}
