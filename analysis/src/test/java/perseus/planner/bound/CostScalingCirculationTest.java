package perseus.planner.bound;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.io.Progress;
import perseus.planner.RandomProblems;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.IntegerHull;
import perseus.planner.network.TickScale;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;

/**
 * Compares solutions of {@link CostScalingCirculation} with the exact bound of {@link
 * BreakpointSolver}. The tests compare effective energies: the bound minus the energy of waiting
 * GPUs.
 */
class CostScalingCirculationTest {
  /**
   * Tolerance for rounding errors, as a fraction of the sum of the absolute values of the energies.
   */
  private static final double ROUNDING = 1e-8;

  /**
   * The first tolerance of the tests is {@code 2^COARSE_BITS} integer time units. Times in integer
   * time units have about 44 binary digits.
   */
  private static final int COARSE_BITS = 38;

  private record Setting(
      PlanningProblem problem, TickScale scale, EventNetwork network, LowerBound exact) {
    static Setting of(PlanningProblem problem) {
      TickScale scale = new TickScale(problem);
      EventNetwork network = new EventNetwork(problem.dag(), scale);
      LowerBound exact =
          new BreakpointSolver(problem, scale, network, Progress.NONE)
              .solve(new double[0], (target, solution) -> {});
      return new Setting(problem, scale, network, exact);
    }

    /** Returns the minimum effective energy in joules at a makespan in seconds. */
    double effectiveEnergy(double seconds) {
      return exact.bound(seconds) - problem.totalBlockingWatts() * seconds;
    }

    /** Returns the sum of the absolute values of all operations' effective energies, in joules. */
    double magnitude() {
      double sum = 1e-3;
      for (int j = 0; j < network.operations; j++) {
        sum += Math.abs(problem.options(j).effectiveEnergy(0));
        sum += problem.totalBlockingWatts() * problem.options(j).time(0);
      }
      return sum;
    }

    /**
     * Returns the slope of the bound at the shortest makespan, in watts. No flow is larger than
     * this slope.
     */
    double steepestWatts() {
      int last = exact.size() - 1;
      return last == 0
          ? 0
          : Math.abs(
              (exact.energy(last) - exact.energy(last - 1))
                  / (exact.time(last - 1) - exact.time(last)));
    }

    /**
     * Returns the steepest slope of an operation's hull, in watts. The slope is steepest between
     * the two fastest options.
     */
    private double steepestWatts(ExecutionOptions options) {
      int[] hull = options.hull();
      return hull.length < 2
          ? 0
          : (options.effectiveEnergy(hull[0]) - options.effectiveEnergy(hull[1]))
              / (options.time(hull[1]) - options.time(hull[0]));
    }

    /**
     * Returns the maximum error in joules that the rounding of times to integer time units can
     * cause. The first part of the error is the rounding error of the makespan, multiplied by the
     * slope of the bound. The second part is one integer time unit for each operation, multiplied
     * by the slope of the operation's hull.
     */
    double error() {
      double seconds = 2 * scale.roundingSeconds() + scale.seconds(network.arcs());
      double tick = scale.seconds(1);
      double error = ROUNDING * magnitude() + steepestWatts() * seconds;
      for (int j = 0; j < network.operations; j++) {
        error += steepestWatts(problem.options(j)) * tick;
      }
      return error;
    }

    /**
     * Returns a makespan in seconds between the shortest makespan (for 0) and the makespan of least
     * effective energy (for 1).
     */
    double between(double share) {
      double shortest = exact.shortestTime();
      return shortest + share * (exact.timeOfLeastEffectiveEnergy() - shortest);
    }

    long[] earliest() {
      long[] durations = new long[network.operations];
      Arrays.setAll(durations, j -> scale.hull(j).fastestTicks());
      return network.earliest(durations);
    }
  }

  @Property(tries = 100)
  void refiningToOneTickGivesTheOptimum(@ForAll @LongRange(min = 0) long seed) {
    Setting setting = Setting.of(RandomProblems.problem(seed, 4, 6, 6));
    CostScalingCirculation circulation = new CostScalingCirculation(setting.network, setting.scale);
    for (double share : new double[] {0.1, 0.5, 0.9}) {
      long makespan = setting.scale.ticks(setting.between(share));
      circulation.start(makespan, setting.earliest(), new long[setting.network.arcs() + 1]);
      for (int bits = COARSE_BITS; bits >= 0; bits -= 2) {
        circulation.refine(bits);
      }
      ApproximateSolution solution = circulation.solution();
      double seconds = setting.scale.seconds(makespan);
      double optimum = setting.effectiveEnergy(seconds);
      double error = setting.error();
      assertThat(solution.line().at(seconds)).isBetween(optimum - error, optimum + error);
      assertThat(solution.upper()).isBetween(optimum - error, optimum + error);
    }
  }

  @Property(tries = 100)
  void everyRefinementEnclosesTheOptimumAndKeepsThePrecedences(
      @ForAll @LongRange(min = 0) long seed) {
    Setting setting = Setting.of(RandomProblems.problem(seed, 4, 6, 6));
    EventNetwork network = setting.network;
    long makespan = setting.scale.ticks(setting.between(new Random(seed).nextDouble()));
    double seconds = setting.scale.seconds(makespan);
    double optimum = setting.effectiveEnergy(seconds);
    double error = setting.error();
    CostScalingCirculation circulation = new CostScalingCirculation(network, setting.scale);
    circulation.start(makespan, setting.earliest(), new long[network.arcs() + 1]);
    for (int bits = COARSE_BITS; bits >= 20; bits -= 6) {
      circulation.refine(bits);
      ApproximateSolution solution = circulation.solution();
      assertThat(solution.line().at(seconds)).isLessThanOrEqualTo(optimum + error);
      assertThat(solution.upper()).isGreaterThanOrEqualTo(optimum - error);
      requireCirculation(network, solution.flow());
      long[] events = solution.events();
      assertThat(events[EventNetwork.SOURCE]).isZero();
      assertThat(events[network.sink]).isLessThanOrEqualTo(makespan);
      for (int arc = 0; arc < network.arcs(); arc++) {
        long least =
            arc < network.operations ? setting.scale.hull(arc).fastestTicks() : network.lag[arc];
        assertThat(events[network.to[arc]] - events[network.from[arc]])
            .isGreaterThanOrEqualTo(least);
      }
    }
  }

  private static void requireCirculation(EventNetwork network, long[] flow) {
    long[] excess = new long[network.nodes()];
    for (int arc = 0; arc < network.arcs(); arc++) {
      assertThat(flow[arc]).isNotNegative();
      excess[network.from[arc]] -= flow[arc];
      excess[network.to[arc]] += flow[arc];
    }
    excess[network.sink] -= flow[network.arcs()];
    excess[EventNetwork.SOURCE] += flow[network.arcs()];
    assertThat(excess).containsOnly(0);
  }

  @Property(tries = 150)
  void everyCirculationGivesALowerBound(@ForAll @LongRange(min = 0) long seed) {
    Setting setting = Setting.of(RandomProblems.problem(seed, 4, 6, 6));
    Random random = new Random(seed);
    long[] flow = randomCirculation(setting, random);
    requireCirculation(setting.network, flow);
    CostScalingCirculation circulation = new CostScalingCirculation(setting.network, setting.scale);
    long[] events = setting.earliest();
    circulation.start(events[setting.network.sink], events, flow);
    SupportingLine line = circulation.solution().line();
    double watts = line.slope();
    double error = ROUNDING * setting.magnitude() + watts * setting.scale.roundingSeconds();
    for (double share : new double[] {0, 0.01, 0.2, 0.5, 0.8, 1, 1.5}) {
      double seconds = setting.between(share);
      assertThat(line.at(seconds)).isLessThanOrEqualTo(setting.effectiveEnergy(seconds) + error);
    }
    for (int i = 0; i < 20; i++) {
      Plan plan =
          Plan.of(
              setting.problem,
              j -> {
                var measured = setting.problem.options(j).measured();
                return measured.get(random.nextInt(measured.size()));
              });
      assertThat(line.at(plan.timeSeconds()))
          .isLessThanOrEqualTo(plan.effectiveEnergyJoules() + error);
    }
  }

  /**
   * Returns a random circulation: random amounts of flow along random paths from source to sink,
   * and back to the source.
   */
  private static long[] randomCirculation(Setting setting, Random random) {
    EventNetwork network = setting.network;
    long[] flow = new long[network.arcs() + 1];
    int paths = random.nextInt(6);
    for (int path = 0; path < paths; path++) {
      long amount = 1 + (long) (random.nextDouble() * typicalCapacity(setting, random));
      int node = EventNetwork.SOURCE;
      while (node != network.sink) {
        int first = network.leaving.first[node];
        int count = network.leaving.first[node + 1] - first;
        int arc = network.leaving.arcs[first + random.nextInt(count)];
        flow[arc] += amount;
        node = network.to[arc];
      }
      flow[network.arcs()] += amount;
    }
    return flow;
  }

  /**
   * Returns twice the slope between the two fastest points of a random hull, in integer power
   * units.
   */
  private static double typicalCapacity(Setting setting, Random random) {
    IntegerHull hull = setting.scale.hull(random.nextInt(setting.network.operations));
    int points = hull.capacity().length;
    return points < 2 ? 1L << 30 : 2.0 * hull.capacity()[points - 2];
  }
}
