package perseus.planner.bound;

import java.util.Arrays;
import perseus.io.Interruption;
import perseus.io.Progress;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanningProblem;

/**
 * Computes the exact lower bound L(T) on the energy of plans with makespan T. This class and {@link
 * CertifiedSolver} are the two implementations of {@link LowerBoundSolver}, whose documentation
 * proves that L(T) is a lower bound. The lower bound L(T) is piecewise linear. A breakpoint is a
 * makespan at which the slope of L changes, or the shortest or longest makespan for which L is
 * computed. The solver computes one breakpoint after another, from the longest makespan to the
 * shortest.
 *
 * <p><b>Problem.</b> An option (frequency) of an operation is a point (time, effective energy) in
 * the plane. A hull point is an option on the lower convex hull of the options of an operation. In
 * the relaxed problem, operation j may take any duration d_j between its fastest and its slowest
 * hull point. The effective energy eps_j(d_j) of operation j with the duration d_j is the value of
 * its hull at d_j. The problem is to minimize {@code sum_j eps_j(d_j)} over durations d and event
 * times pi, for every makespan T. The constraints of the relaxed problem on the event times pi are
 * {@code pi_end(j) - pi_start(j) >= d_j} for each operation j, {@code pi_start(k) - pi_end(j) >=
 * transfer(j, k)} for each precedence (j, k), and {@code 0 <= pi <= T}.
 *
 * <p>The dual problem of the relaxed problem is to send flow from source to sink through the
 * activity-on-arc network ({@link EventNetwork}). In the activity-on-arc network, an operation is a
 * group of parallel arcs, one for each of its hull points. The length of a hull point's arc is the
 * time of the hull point. The capacity of a hull point's arc is the difference between the slopes
 * of the hull on the two sides of the hull point. The slope beyond the slowest hull point counts as
 * 0. The arc of the fastest hull point has unlimited capacity. The length of a precedence's arc is
 * the transfer time (usually 0), and its capacity is unlimited. The total length of a flow is the
 * sum of flow times length over all arcs. Of all flows of lambda watts from source to sink, the
 * longest flow is the flow with the maximum total length. Finding the longest flow is a linear
 * program, whose dual variables are the event times. These event times have the minimum effective
 * energy at each makespan at which one additional second of makespan saves lambda joules.
 *
 * <p><b>Method.</b> The solver uses a primal-dual method of successive longest paths. The method is
 * from Ford and Fulkerson (Flows in Networks, 1962), and for time-cost trade-offs from Fulkerson
 * (Management Science 7, 1961) and from Phillips and Dessouky (Management Science 24, 1977). The
 * event times pi are the potentials of the method: every residual arc (v, w) has a reduced cost
 * {@code pi_w - pi_v - length} of at least 0. The solver repeats two steps: it sends flow, and it
 * moves events. The first step sends flow through arcs of reduced cost 0, until no path of arcs
 * with reduced cost 0 leads to the sink. The second step computes the distance from the source to
 * every event in the residual graph, in which the length of an arc is its reduced cost. The
 * distance of an event is the number of ticks (integer units of time) by which the event can move
 * earlier. After the solver has moved all events by their distances, the makespan is the next
 * breakpoint. Between two neighbouring breakpoints the slope of the lower bound is constant. The
 * method ends when it finds a path with unlimited capacity, because no operation on this path can
 * be faster.
 *
 * <p><b>Complexity.</b> With V events and E arcs in the network, computing one breakpoint takes O(E
 * log V) for the distances and O(E) for each augmenting path. A pipeline has about 2 H R
 * breakpoints, where H is the total number of slopes of all different hulls, and R is the number of
 * ranks. {@link CertifiedSolver} is for problems with too many breakpoints.
 *
 * <p><b>Arithmetic.</b> Times and flows are integers ({@link TickScale}), so the only errors of the
 * breakpoints come from rounding the times and slopes of the problem to integers.
 */
public final class BreakpointSolver implements LowerBoundSolver {
  private final PlanningProblem problem;
  private final TickScale scale;
  private final PrimalDualFlow flow;
  private final Progress progress;

  /**
   * Prepares the computation of the lower bound of one problem.
   *
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
   * Returns a solution of the relaxed problem (durations may lie between two options) between the
   * current and the next breakpoint. A breakpoint is a makespan at which the slope of the lower
   * bound changes.
   *
   * @param shift maximum number of ticks (integer units of time) by which an event happens earlier
   *     than at the current breakpoint
   * @param makespan makespan of the solution, in ticks (integer units of time)
   */
  private RelaxedSolution solution(long shift, long makespan) {
    long[] times = new long[flow.nodes()];
    flow.copyShiftedPotentials(shift, times);
    return new RelaxedSolution(makespan, times, flow.flow());
  }

  /**
   * Collects the breakpoints that the solver has computed (makespans at which the slope of the
   * lower bound changes). Each breakpoint has a makespan in seconds and an energy in joules, which
   * includes the energy of waiting GPUs.
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
