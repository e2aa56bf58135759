package perseus.planner.bound;

import java.util.Arrays;
import perseus.io.Progress;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.PlanningProblem;

/**
 * The exact time-energy frontier of a relaxed iteration, in which an operation may take any
 * duration between its fastest and its slowest hull point and costs what the hull says.
 *
 * <p><b>Problem.</b> For every makespan T minimize {@code sum_j eps_j(d_j)} over durations d and
 * event times pi with {@code pi_end(j) - pi_start(j) >= d_j}, {@code pi_start(k) >= pi_end(j)} for
 * each precedence (j, k), and all events within [0, T]. Its dual sends flow from source to sink
 * through the activity-on-arc network. An operation's arc is a stack of parallel arcs, one per hull
 * point from the slowest: length the point's time, capacity the growth of the hull's slope to the
 * next point, the fastest without limit. Precedence arcs have the length of the transfer, mostly 0,
 * and no limit. The flow of lambda units of greatest total length has the frontier's points of
 * slope -lambda as its dual solutions.
 *
 * <p><b>Method.</b> Primal-dual, by successively shorter longest paths (Ford and Fulkerson, Flows
 * in Networks, 1962; for time-cost trade-offs Fulkerson, Management Science 7, 1961, and Phillips
 * and Dessouky, Management Science 24, 1977). Event times are the potentials, under which every
 * residual arc has a reduced cost of at least 0. A phase augments along arcs of reduced cost 0
 * until none of the paths reaches the sink; then the distances of the residual network, with
 * reduced costs as lengths, say by how much every event can come earlier, which shortens the
 * makespan at constant slope to the next breakpoint. It ends when a path without limit appears: no
 * operation on it can be faster.
 *
 * <p><b>Arithmetic.</b> Times and flows are integers ({@link TickScale}); breakpoints are exact up
 * to the rounding of the inputs. A search for distances costs O(E log V) for V events and E arcs, a
 * search for augmenting paths O(E).
 */
public final class BreakpointSolver implements LowerBoundSolver {
  private final PlanningProblem problem;
  private final TickScale costs;
  private final PrimalDualFlow network;
  private final Progress progress;

  public BreakpointSolver(
      PlanningProblem problem, TickScale costs, EventNetwork events, Progress progress) {
    this.problem = problem;
    this.progress = progress;
    this.costs = costs;
    this.network = new PrimalDualFlow(events, costs);
  }

  /**
   * Runs from T_eps down to the shortest makespan.
   *
   * @param targets times in seconds in falling order at which {@code visitor} wants the relaxed
   *     solution; for those beyond either end it has the events of the end. That of T* is visited
   *     besides, as {@link #LEAST_ENERGY}.
   * @return the lower bound at every breakpoint
   */
  @Override
  public LowerBound solve(double[] targets, Visitor visitor) {
    Breakpoints breakpoints = new Breakpoints();
    long[] times = new long[network.nodes()];
    long[] deadlines = Arrays.stream(targets).mapToLong(costs::deadline).toArray();
    int next = 0;
    long makespan = network.makespan();
    breakpoints.add(makespan);
    for (; next < deadlines.length && deadlines[next] >= makespan; next++) {
      visitor.at(next, point(0, deadlines[next]));
    }
    boolean falling = true;
    long longest = makespan;
    long span = longest - costs.ticks(problem.shortestSeconds());
    int percent = 0;
    while (network.augmentToMaximum()) {
      network.findDistances();
      long after = makespan - network.makespanStep();
      for (; next < deadlines.length && deadlines[next] >= after; next++) {
        visitor.at(next, point(makespan - deadlines[next], deadlines[next]));
      }
      network.copyPotentials(times);
      network.shiftPotentials();
      breakpoints.add(after);
      if (falling && breakpoints.energyRose()) {
        visitor.at(LEAST_ENERGY, new RelaxedSolution(makespan, times.clone(), network.flow()));
        falling = false;
      }
      makespan = after;
      if (100 * (double) (longest - makespan) / span >= percent + 1) {
        percent = (int) (100 * (double) (longest - makespan) / span);
        progress.step("frontier (%)", percent, 100);
      }
    }
    if (falling) {
      visitor.at(LEAST_ENERGY, point(0, makespan));
    }
    for (; next < deadlines.length; next++) {
      visitor.at(next, point(0, makespan));
    }
    return breakpoints.toFrontier();
  }

  /** The relaxed solution {@code shift} ticks of makespan before the last breakpoint. */
  private RelaxedSolution point(long shift, long makespan) {
    long[] times = new long[network.nodes()];
    network.copyShiftedPotentials(shift, times);
    return new RelaxedSolution(makespan, times, network.flow());
  }

  /** The lower bound as it grows. */
  private final class Breakpoints {
    private double[] times = new double[256];
    private double[] energies = new double[256];
    private int size;

    void add(long makespan) {
      if (size == times.length) {
        times = Arrays.copyOf(times, 2 * size);
        energies = Arrays.copyOf(energies, 2 * size);
      }
      double seconds = costs.seconds(makespan);
      times[size] = seconds;
      energies[size++] = network.effectiveEnergy() + problem.totalBlockingWatts() * seconds;
    }

    boolean energyRose() {
      return energies[size - 1] > energies[size - 2];
    }

    LowerBound toFrontier() {
      return new LowerBound(
          Arrays.copyOf(times, size),
          Arrays.copyOf(energies, size),
          problem.totalBlockingWatts(),
          costs.roundingSeconds(),
          0);
    }
  }
}
