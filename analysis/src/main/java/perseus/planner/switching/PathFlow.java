package perseus.planner.switching;

import java.util.Arrays;
import perseus.planner.problem.PlanningProblem;

/**
 * Holds prices of time for the operations, clock changes and precedences of an iteration. The
 * prices form a flow: a weighted sum of paths from the start to the end of the iteration. The
 * weight of a path is the price in joules of each second that the path takes, so its unit is the
 * watt. The price of an operation is the sum of the weights of all paths through the operation.
 * Callers must not modify the arrays.
 */
public final class PathFlow {
  /** Sum of the weights of all paths in watts. */
  double size;

  /** Sum in joules of the transfer times on all paths, each multiplied by the path's weight. */
  double lagJoules;

  /** Price of one second of each operation, in watts. */
  final double[] watts;

  /** Price of one second of the clock change before each operation, in watts. */
  final double[] changeWatts;

  /**
   * Price of one second of the transfer of each precedence in watts, in the order of {@link
   * ClockTables#predecessors}.
   */
  final double[] precedenceWatts;

  private final ClockTables tables;

  PathFlow(ClockTables tables) {
    this.tables = tables;
    watts = new double[tables.operations];
    changeWatts = new double[tables.operations];
    precedenceWatts = new double[tables.predecessors.length];
  }

  private PathFlow(PathFlow other) {
    tables = other.tables;
    size = other.size;
    lagJoules = other.lagJoules;
    watts = other.watts.clone();
    changeWatts = other.changeWatts.clone();
    precedenceWatts = other.precedenceWatts.clone();
  }

  PathFlow copy() {
    return new PathFlow(this);
  }

  /** Multiplies the weights of all paths by a factor. */
  void scale(double factor) {
    size *= factor;
    lagJoules *= factor;
    for (double[] part : new double[][] {watts, changeWatts, precedenceWatts}) {
      Arrays.setAll(part, i -> factor * part[i]);
    }
  }

  /**
   * Adds the weight of a path in watts to the price of the precedence from operation p to operation
   * j.
   */
  void addPrecedence(int p, int j, double pathWatts, double lagSeconds) {
    for (int i = tables.predecessorsFrom[j]; i < tables.predecessorsFrom[j + 1]; i++) {
      if (tables.predecessors[i] == p) {
        precedenceWatts[i] += pathWatts;
        lagJoules += pathWatts * lagSeconds;
        return;
      }
    }
    throw new IllegalArgumentException("no precedence from " + p + " to " + j);
  }

  /** Adds the longest path of a plan to the flow, with a given weight in watts. */
  void addLongestPath(ClockTiming plan, double pathWatts) {
    size += pathWatts;
    int j = plan.lastToEnd();
    while (j != PlanningProblem.NONE) {
      watts[j] += pathWatts;
      int c = tables.before[j];
      if (c != PlanningProblem.NONE && plan.ends[c] + plan.change(c, j) == plan.starts[j]) {
        changeWatts[j] += pathWatts;
        j = c;
        continue;
      }
      int arc = plan.criticalPredecessor(j);
      if (arc == PlanningProblem.NONE) {
        return;
      }
      precedenceWatts[arc] += pathWatts;
      lagJoules += pathWatts * tables.lagBefore[arc];
      j = tables.predecessors[arc];
    }
  }
}
