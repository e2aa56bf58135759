package perseus.planner.bound;

import java.util.Arrays;
import perseus.io.Interruption;
import perseus.io.Progress;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes the exact lower bound L(T) on the energy of plans with makespan T. The documentation of
 * {@link LowerBoundSolver} proves that L(T) is a lower bound. The lower bound L(T) is piecewise
 * linear, and a breakpoint is a makespan at which its slope changes. The solver computes one
 * breakpoint after another, from the longest makespan to the shortest.
 *
 * <p><b>Problem.</b> The solver minimizes the energy of all operations over their durations and the
 * times of events:
 *
 * <pre>
 * minimize    sum_j eps_j(d_j)
 * subject to  pi_end(j) - pi_start(j) >= d_j                 for each operation j
 *             pi_start(k) - pi_end(j) >= transfer(j, k)      for each precedence (j, k)
 *             0 &lt;= pi &lt;= T
 *
 * d_j              duration of operation j
 * eps_j            lower convex hull of the points (time, effective energy) of operation j
 * pi               time of an event, which is the start or the end of operations
 * transfer(j, k)   transfer time from operation j to operation k
 * </pre>
 *
 * <p>The dual problem is to send flow from source to sink through the activity-on-arc network
 * ({@link EventNetwork}). In the activity-on-arc network, an operation is a group of parallel arcs,
 * one for each (time, energy) point of its lower convex hull. The length of an operation's arc is
 * the time of the arc's point. The capacity of an operation's arc is the difference between the
 * slopes of the lower convex hull on both sides of the arc's point. The arc of the fastest (time,
 * energy) point has unlimited capacity. A precedence is an arc of unlimited capacity, whose length
 * is the transfer time. The unit of flow is the watt. The total flow is the number of joules by
 * which one additional second of makespan lowers the minimum. For each total flow, the solver finds
 * the flow with the maximum sum of flow times length. The dual variables of this flow are the event
 * times at which the energy is minimal.
 *
 * <p><b>Method.</b> The solver uses a primal-dual method of successive longest paths. The method is
 * from Ford and Fulkerson (Flows in Networks, 1962). The use of the method for time-cost trade-offs
 * is from Fulkerson (Management Science 7, 1961) and from Phillips and Dessouky (Management Science
 * 24, 1977). The event times pi are the potentials of the primal-dual method. With event times pi,
 * every residual arc (v, w) has a reduced cost {@code pi_w - pi_v - length} of at least 0. The
 * solver repeats two steps: it sends flow, and it moves events. The first step sends flow through
 * arcs of reduced cost 0, until no path of arcs with reduced cost 0 leads to the sink. The second
 * step moves every event earlier, by its distance from the source in the residual graph, and
 * reaches the next breakpoint. The lengths in the residual graph are the reduced costs. The solver
 * ends when it finds a path with unlimited capacity, because no operation on the path can be
 * faster.
 *
 * <p><b>Complexity.</b> With V events and E arcs, computing one breakpoint takes O(E log V) for the
 * distances and O(E) for each augmenting path. A pipeline of R ranks has about 2 R S breakpoints. S
 * is the number of slopes of all different lower convex hulls. The class {@link CertifiedSolver} is
 * for problems with too many breakpoints.
 *
 * <p><b>Arithmetic.</b> Times and flows are integers, so the only errors come from rounding the
 * times and slopes of the problem ({@link TickScale}).
 */
public final class BreakpointSolver implements LowerBoundSolver {
  private final PlanningProblem problem;
  private final TickScale scale;
  private final PrimalDualFlow flow;
  private final Progress progress;

  /**
   * @param progress receives the progress of {@link #solve}
   */
  public BreakpointSolver(
      PlanningProblem problem, TickScale scale, EventNetwork events, Progress progress) {
    this.problem = problem;
    this.progress = progress;
    this.scale = scale;
    this.flow = new PrimalDualFlow(events, scale);
  }

  @Override
  public LowerBound solve(double[] targets, Visitor visitor) {
    Breakpoints breakpoints = new Breakpoints();
    long[] times = new long[flow.nodes()];
    long[] deadlines = Arrays.stream(targets).mapToLong(scale::deadline).toArray();
    int next = 0;
    long makespan = flow.makespan();
    breakpoints.add(makespan);
    for (; next < deadlines.length && deadlines[next] >= makespan; next++) {
      visitor.at(next, solution(0, deadlines[next]));
    }
    boolean falling = true;
    long longest = makespan;
    long span = longest - scale.ticks(problem.shortestSeconds());
    int percent = 0;
    while (flow.augmentToMaximum()) {
      Interruption.check();
      flow.findDistances();
      long after = makespan - flow.makespanStep();
      for (; next < deadlines.length && deadlines[next] >= after; next++) {
        visitor.at(next, solution(makespan - deadlines[next], deadlines[next]));
      }
      flow.copyPotentials(times);
      flow.shiftPotentials();
      breakpoints.add(after);
      if (falling && breakpoints.energyRose()) {
        visitor.at(LEAST_ENERGY, new RelaxedSolution(makespan, times.clone(), flow.flow()));
        falling = false;
      }
      makespan = after;
      if (100 * (double) (longest - makespan) / span >= percent + 1) {
        percent = (int) (100 * (double) (longest - makespan) / span);
        progress.step("lower bound (%)", percent, 100);
      }
    }
    if (falling) {
      visitor.at(LEAST_ENERGY, solution(0, makespan));
    }
    for (; next < deadlines.length; next++) {
      visitor.at(next, solution(0, makespan));
    }
    return breakpoints.toBound();
  }

  /**
   * Returns the solution of the LP relaxation at a makespan between two neighbouring breakpoints.
   *
   * @param makespan makespan of the solution, in integer time units
   */
  private RelaxedSolution solution(long shift, long makespan) {
    long[] times = new long[flow.nodes()];
    flow.copyShiftedPotentials(shift, times);
    return new RelaxedSolution(makespan, times, flow.flow());
  }

  /**
   * Collects the computed breakpoints, each with a makespan in seconds and an energy in joules. The
   * energy of a breakpoint includes the energy of waiting GPUs.
   */
  private final class Breakpoints {
    private double[] times = new double[256];
    private double[] energies = new double[256];
    private int size;

    void add(long makespan) {
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        energies = Arrays.copyOf(energies, 2 * size);
      }
      double seconds = scale.seconds(makespan);
      times[size] = seconds;
      energies[size++] = flow.effectiveEnergy() + problem.totalBlockingWatts() * seconds;
    }

    boolean energyRose() {
      return energies[size - 1] > energies[size - 2];
    }

    LowerBound toBound() {
      return new LowerBound(
          Arrays.copyOf(times, size),
          Arrays.copyOf(energies, size),
          problem.totalBlockingWatts(),
          scale.roundingSeconds(),
          0);
    }
  }
}
