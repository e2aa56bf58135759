package perseus.planner.switching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.bound.SupportingLine;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes a lower bound on the energy of all plans that counts the time of changes of clock.
 *
 * <p>Let f be a flow of F watts from the start to the end of the iteration, through operations and
 * precedences. The flow is a weighted sum of paths, and no path is longer than the iteration time
 * T. So for every plan, with duration t_j of operation j, lag l_e of precedence e, and time c_j of
 * the change of clock before j,
 *
 * <pre>
 * sum_j f_j t_j + sum_e f_e l_e + sum_j q_j c_j &lt;= F T,
 * </pre>
 *
 * <p>where q_j is the flow from the computation before j on its rank to j. Adding the effective
 * energies eps_j gives
 *
 * <pre>
 * sum_j eps_j >= min over settings of (sum_j (eps_j + f_j t_j) + sum_j q_j c_j) + sum_e f_e l_e - F T,
 * </pre>
 *
 * <p>a straight line below the effective energy of all plans at every T. The minimum is one
 * shortest path for each rank ({@link ClockPaths}). The relaxed problem's flow at a makespan is the
 * first f; then each step mixes in the longest path of the plan that attains the minimum, because
 * this path raises the line most (Frank and Wolfe's method; the function is concave in f). The
 * bound is the maximum of the lines and of the bound that ignores changes of clock.
 *
 * <p>A line takes O(steps (n F + E)) for n operations, F settings and E precedences, plus O(A
 * length) to split the first flow on A arcs into paths. The change of clock between two iterations
 * is not counted; the bound remains one.
 */
public final class SwitchBound {
  /** Share of the first path that is mixed into a flow; path k gets this share divided by k. */
  private static final double FIRST_SHARE = 0.05;

  private final ClockTables tables;
  private final ClockPaths paths;
  private final EventNetwork events;
  private final TickScale scale;
  private final double blockingWatts;

  /** A flow: its size, and its prices for operations, changes of clock and lags. */
  private static final class Flow {
    final double[] watts;
    final double[] changeWatts;
    double size;
    double lagJoules;

    Flow(int operations) {
      watts = new double[operations];
      changeWatts = new double[operations];
    }

    /** Multiplies the whole flow by a factor. */
    void scale(double factor) {
      for (int j = 0; j < watts.length; j++) {
        watts[j] *= factor;
        changeWatts[j] *= factor;
      }
      size *= factor;
      lagJoules *= factor;
    }
  }

  public SwitchBound(PlanningProblem problem, EventNetwork events, TickScale scale) {
    tables = new ClockTables(problem);
    paths = new ClockPaths(tables);
    this.events = events;
    this.scale = scale;
    blockingWatts = problem.totalBlockingWatts();
  }

  /**
   * The result for one makespan.
   *
   * @param line the best line that was found
   * @param plans settings of plans that attain the minimum for some of the flows; they are good
   *     where time has the price of these flows, but they may be late or have slack
   */
  public record Line(SupportingLine line, List<int[]> plans) {}

  /**
   * Finds a good line at the makespan of a relaxed solution.
   *
   * @param solution a solution of the relaxed problem that ignores changes of clock
   * @param steps number of paths that are mixed into the flow
   */
  public Line line(RelaxedSolution solution, int steps) {
    Flow flow = split(solution.flow());
    double seconds = scale.seconds(solution.makespan());
    int[] chosen = new int[tables.operations];
    SupportingLine best = null;
    List<int[]> plans = new ArrayList<>();
    for (int step = 0; step <= steps; step++) {
      double joules = paths.choose(flow.watts, flow.changeWatts, 1, chosen) + flow.lagJoules;
      SupportingLine line = new SupportingLine(joules, flow.size);
      if (best == null || line.at(seconds) > best.at(seconds)) {
        best = line;
      }
      if (Integer.bitCount(step) == 1) {
        plans.add(chosen.clone());
      }
      double share = FIRST_SHARE / (step + 1);
      double size = flow.size;
      flow.scale(1 - share);
      addLongestPath(flow, chosen, share * size);
    }
    return new Line(best, plans);
  }

  /** Splits a flow of the event network into paths, which stay on a rank where they can. */
  private Flow split(long[] scaledWatts) {
    long[] rest = scaledWatts.clone();
    Flow flow = new Flow(tables.operations);
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

  private void add(Flow flow, int[] path, int length, double watts) {
    flow.size += watts;
    int operation = PlanningProblem.NONE;
    long lag = 0;
    for (int i = 0; i < length; i++) {
      int arc = path[i];
      if (arc < tables.operations) {
        flow.watts[arc] += watts;
        if (operation != PlanningProblem.NONE && tables.after[operation] == arc && lag == 0) {
          flow.changeWatts[arc] += watts;
        }
        operation = arc;
        lag = 0;
      } else {
        lag += events.lag[arc];
        flow.lagJoules += watts * scale.seconds(Math.max(0, events.lag[arc] - 1));
      }
    }
  }

  /** Returns the arc on which a path goes on; NONE if no flow leaves the node. */
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

  /** Adds a longest path of a plan to a flow. */
  private void addLongestPath(Flow flow, int[] chosen, double watts) {
    int n = tables.operations;
    double[] ends = new double[n];
    int[] via = new int[n];
    double[] lags = new double[n];
    int last = PlanningProblem.NONE;
    for (int j = 0; j < n; j++) {
      via[j] = PlanningProblem.NONE;
      double start = 0;
      int c = tables.before[j];
      if (c != PlanningProblem.NONE) {
        start = ends[c] + tables.changeSeconds[chosen[c] * tables.settings + chosen[j]];
        via[j] = c;
      }
      for (int i = tables.predecessorsFrom[j]; i < tables.predecessorsFrom[j + 1]; i++) {
        int p = tables.predecessors[i];
        double ready = ends[p] + tables.lagBefore[i];
        if (ready > start || via[j] == PlanningProblem.NONE) {
          start = ready;
          via[j] = p;
          lags[j] = tables.lagBefore[i];
        }
      }
      ends[j] = start + tables.seconds[j * tables.settings + chosen[j]];
      if (last == PlanningProblem.NONE || ends[j] > ends[last]) {
        last = j;
      }
    }
    flow.size += watts;
    for (int j = last; j != PlanningProblem.NONE; j = via[j]) {
      flow.watts[j] += watts;
      if (via[j] != PlanningProblem.NONE && via[j] == tables.before[j] && lags[j] == 0) {
        flow.changeWatts[j] += watts;
      } else {
        flow.lagJoules += watts * lags[j];
      }
    }
  }

  /**
   * Returns the maximum of a bound that ignores changes of clock and of all lines. With B
   * breakpoints and m lines, the method takes O((B + m)^2).
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
    double shortest = free.shortestTime();
    double[] times =
        DoubleStream.concat(
                DoubleStream.concat(
                        DoubleStream.of(free.timeOfLeastEffectiveEnergy()),
                        SupportingLine.crossings(all))
                    .filter(time -> time > shortest),
                DoubleStream.of(shortest))
            .map(time -> -time)
            .sorted()
            .distinct()
            .map(time -> -time)
            .toArray();
    double[] energies =
        Arrays.stream(times)
            .map(
                time ->
                    blockingWatts * time
                        + all.stream().mapToDouble(line -> line.at(time)).max().orElseThrow())
            .toArray();
    return free.withBreakpoints(times, energies);
  }
}
