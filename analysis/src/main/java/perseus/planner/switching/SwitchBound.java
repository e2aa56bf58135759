package perseus.planner.switching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import perseus.io.Interruption;
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.bound.SupportingLine;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes a lower bound on the energy of all plans, if clock changes take time.
 *
 * <p>The bound follows from prices of time that form a flow ({@link PathFlow}): a weighted sum of
 * paths through the iteration. The weight of a path is the price in joules of each second that the
 * path takes. No path is longer than the iteration time. Every plan satisfies two inequalities:
 *
 * <pre>
 * sum_j f_j t_j + sum_e f_e l_e + sum_j q_j c_j &lt;= F T,
 * sum_j eps_j >= min over frequencies of (sum_j (eps_j + f_j t_j) + sum_j q_j c_j)
 *                + sum_e f_e l_e - F T.
 *
 * T       iteration time, in seconds
 * F       flow from the start to the end of the iteration, in watts
 * f_j     flow through operation j, in watts
 * t_j     duration of operation j, in seconds
 * eps_j   energy of operation j minus the energy of waiting for t_j, in joules
 * f_e     flow through precedence e, in watts
 * l_e     transfer time of precedence e, in seconds
 * q_j     flow from the previous computation on the rank directly to operation j, in watts
 * c_j     time of the clock change before operation j, in seconds
 * </pre>
 *
 * <p>The lower bound on the energy is a straight line as a function of the iteration time T. The
 * class {@link ClockPaths} finds the frequencies that attain the minimum in the second inequality,
 * with one shortest path for each rank.
 *
 * <p>The search for a line starts from the flow of a solution of the LP relaxation. The LP
 * relaxation ignores clock changes. Each step of the method of Frank and Wolfe replaces a part of
 * the flow by a longest path (Naval Research Logistics Quarterly 3, 1956). The height of the line
 * is a concave function of the flow, so the steps approach the highest possible line. The final
 * bound at an iteration time is the maximum of all straight lines and of the bound that ignores
 * clock changes.
 *
 * <p>With n operations, S frequencies and E precedences, a step takes O(n S + E) if all clock
 * changes take the same time. Splitting the flow of the LP relaxation into paths takes O(A P), for
 * A arcs and at most P arcs in a path. The bound ignores the clock change between two iterations. A
 * clock change between two iterations can only make an iteration longer.
 */
public final class SwitchBound {
  /**
   * In step k of the search, counted from 1, a longest path replaces the fraction {@code
   * FIRST_SHARE / k} of the flow.
   */
  private static final double FIRST_SHARE = 0.05;

  private final ClockTables tables;
  private final ClockPaths paths;
  private final EventNetwork events;
  private final TickScale scale;
  private final double blockingWatts;

  public SwitchBound(PlanningProblem problem, EventNetwork events, TickScale scale) {
    tables = new ClockTables(problem);
    paths = new ClockPaths(tables);
    this.events = events;
    this.scale = scale;
    blockingWatts = problem.totalBlockingWatts();
  }

  /**
   * Holds a straight lower bound on the energy, and the plans that the search for this line found.
   *
   * @param line the highest straight lower bound that was found
   * @param plans one plan for each step of the search, as an array with the index of the frequency
   *     of each operation
   * @param flow the flow (prices of time) from which the line was computed; null unless the problem
   *     is small ({@link ClockBeam#isSmall})
   */
  public record Line(SupportingLine line, List<int[]> plans, PathFlow flow) {}

  /**
   * Searches for a straight lower bound on the energy that is as high as possible at the makespan
   * of a solution.
   *
   * @param solution solution of the LP relaxation, which ignores clock changes
   * @param steps number of steps, each of which replaces a part of the flow by a longest path
   */
  public Line line(RelaxedSolution solution, int steps) {
    PathFlow flow = split(solution.flow());
    double seconds = scale.seconds(solution.makespan());
    int[] chosen = new int[tables.operations];
    SupportingLine best = null;
    PathFlow bestFlow = null;
    List<int[]> plans = new ArrayList<>();
    for (int step = 0; step <= steps; step++) {
      Interruption.check();
      double joules = paths.choose(flow.watts, flow.changeWatts, 1, chosen) + flow.lagJoules;
      SupportingLine line = new SupportingLine(joules, flow.size);
      if (best == null || line.at(seconds) > best.at(seconds)) {
        best = line;
        bestFlow = ClockBeam.isSmall(tables) ? flow.copy() : null;
      }
      if (Integer.bitCount(step) == 1) {
        plans.add(chosen.clone());
      }
      double share = FIRST_SHARE / (step + 1);
      double size = flow.size;
      flow.scale(1 - share);
      flow.addLongestPath(new ClockTiming(tables, chosen), share * size);
    }
    return new Line(best, plans, bestFlow);
  }

  /**
   * Splits a flow of the event network into paths. Where the flow allows it, a path goes from a
   * computation to the next computation on the same rank.
   */
  private PathFlow split(long[] scaledWatts) {
    long[] rest = scaledWatts.clone();
    PathFlow flow = new PathFlow(tables);
    int[] path = new int[events.nodes()];
    while (true) {
      int length = 0;
      int operation = PlanningProblem.NONE;
      long least = Long.MAX_VALUE;
      for (int node = EventNetwork.SOURCE;
          node != events.sink;
          node = events.to[path[length - 1]]) {
        int arc = next(node, rest, operation);
        if (arc == PlanningProblem.NONE) {
          return flow;
        }
        path[length++] = arc;
        least = Math.min(least, rest[arc]);
        if (arc < tables.operations) {
          operation = arc;
        }
      }
      double watts = scale.watts(least);
      add(flow, path, length, watts);
      for (int i = 0; i < length; i++) {
        rest[path[i]] -= least;
      }
    }
  }

  private void add(PathFlow flow, int[] path, int length, double watts) {
    flow.size += watts;
    int operation = PlanningProblem.NONE;
    long lag = 0;
    for (int i = 0; i < length; i++) {
      int arc = path[i];
      if (arc >= tables.operations) {
        lag += Math.max(0, events.lag[arc] - 1);
        continue;
      }
      flow.watts[arc] += watts;
      if (operation != PlanningProblem.NONE && tables.after[operation] == arc && lag == 0) {
        flow.changeWatts[arc] += watts;
      } else if (operation != PlanningProblem.NONE) {
        flow.addPrecedence(operation, arc, watts, scale.seconds(lag));
      }
      operation = arc;
      lag = 0;
    }
  }

  /** Returns the next arc of a path that leaves a node; NONE if no flow leaves the node. */
  private int next(int node, long[] rest, int operation) {
    int after = operation == PlanningProblem.NONE ? operation : tables.after[operation];
    int best = PlanningProblem.NONE;
    for (int i = events.leaving.first[node]; i < events.leaving.first[node + 1]; i++) {
      int arc = events.leaving.arcs[i];
      if (rest[arc] <= 0) {
        continue;
      }
      if (arc == after
          || arc >= tables.operations
              && after != PlanningProblem.NONE
              && events.to[arc] == events.from[after]) {
        return arc;
      }
      if (best == PlanningProblem.NONE || rest[arc] > rest[best]) {
        best = arc;
      }
    }
    return best;
  }

  /**
   * Returns, at each makespan, the maximum of several lower bounds on the energy. With B
   * breakpoints (makespans at which the slope of the bound changes) and m lines, the method takes
   * O((B + m)^2).
   *
   * @param free the lower bound that ignores clock changes
   * @param lines straight lower bounds that {@link #line} found
   */
  public LowerBound raise(LowerBound free, List<Line> lines) {
    List<SupportingLine> all = new ArrayList<>();
    lines.forEach(line -> all.add(line.line));
    double[] joules = new double[free.size()];
    for (int i = 0; i < joules.length; i++) {
      joules[i] = free.energy(i) - blockingWatts * free.time(i);
    }
    all.add(new SupportingLine(joules[0], 0));
    for (int i = 1; i < joules.length; i++) {
      double slope = (joules[i] - joules[i - 1]) / (free.time(i - 1) - free.time(i));
      all.add(new SupportingLine(joules[i] + slope * free.time(i), slope));
    }
    double[] times = SupportingLine.breakpoints(all, free.shortestTime(), Double.POSITIVE_INFINITY);
    double[] energies =
        Arrays.stream(times)
            .map(time -> SupportingLine.highest(all, time) + blockingWatts * time)
            .toArray();
    return free.withBreakpoints(times, energies);
  }
}
