package perseus.planner;

import java.util.Arrays;

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
 * <p><b>Arithmetic.</b> Times and flows are integers ({@link ScaledCosts}); breakpoints are exact
 * up to the rounding of the inputs. Each phase costs O(E log V) for V events and E arcs.
 */
final class FrontierSolver {
  /** Sees the relaxed solution at a time that was asked for. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param target which of the times asked for
     * @param eventTicks event times in ticks: start of operation j at 2j, its end at 2j + 1; not to
     *     be kept
     * @param makespanTicks the makespan
     */
    void at(int target, long[] eventTicks, long makespanTicks);
  }

  private final PlanningProblem problem;
  private final ScaledCosts costs;
  private final ResidualNetwork network;
  private final int operations;

  FrontierSolver(PlanningProblem problem, ScaledCosts costs) {
    this.problem = problem;
    this.costs = costs;
    this.network = new ResidualNetwork(problem.dag(), costs);
    this.operations = problem.dag().size();
  }

  /**
   * Runs from T_eps down to the shortest makespan.
   *
   * @param targets times in seconds in falling order at which {@code visitor} wants the relaxed
   *     solution; for those beyond either end it is that of the end
   * @return the lower bound at every breakpoint
   */
  Frontier solve(double[] targets, Visitor visitor) {
    double[] times = new double[64];
    double[] energies = new double[64];
    int breakpoints = 0;
    long[] between = new long[network.nodes()];
    int next = 0;
    boolean shortest = false;
    long before = network.makespan();
    while (!shortest) {
      if (breakpoints == times.length) {
        times = Arrays.copyOf(times, 2 * breakpoints);
        energies = Arrays.copyOf(energies, 2 * breakpoints);
      }
      times[breakpoints] = costs.seconds(network.makespan());
      energies[breakpoints++] = energy();
      before = network.makespan();
      while (next < targets.length && costs.ticksWithin(targets[next]) >= before) {
        network.copyPotentials(between);
        visitor.at(next++, between, before);
      }
      shortest = !network.augmentToMaximum();
      if (!shortest) {
        network.findDistances();
        long after = before - network.makespanStep();
        while (next < targets.length && costs.ticksWithin(targets[next]) > after) {
          long wanted = costs.ticksWithin(targets[next]);
          network.copyShiftedPotentials(before - wanted, between);
          visitor.at(next++, between, wanted);
        }
        network.shiftPotentials();
      }
    }
    while (next < targets.length) {
      network.copyPotentials(between);
      visitor.at(next++, between, before);
    }
    return new Frontier(Arrays.copyOf(times, breakpoints), Arrays.copyOf(energies, breakpoints));
  }

  /** L at the network's makespan, in joules, from the unrounded measurements. */
  private double energy() {
    double sum = problem.totalBlockingWatts() * costs.seconds(network.makespan());
    for (int j = 0; j < operations; j++) {
      sum += ScaledCosts.effectiveEnergyAt(costs.hull(j), network.duration(j));
    }
    return sum;
  }
}
