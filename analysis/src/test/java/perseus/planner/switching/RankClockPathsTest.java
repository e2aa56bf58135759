package perseus.planner.switching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.planner.PlannerBenchmark;
import perseus.planner.RandomProblems;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.PlanningProblem;

class RankClockPathsTest {
  /** More than the cost in joules that a change of clock has besides its time, for 8 changes. */
  private static final double TOLERANCE_JOULES = 1e-5;

  /** Cost of the options of one rank's first computations, straight from the definition. */
  private static final class Costs {
    final PlanningProblem problem;
    final OptionTables network;
    final double[] watts;
    final double energyWeight;

    Costs(PlanningProblem problem, double[] watts, double energyWeight) {
      this.problem = problem;
      this.network = options(problem);
      this.watts = watts;
      this.energyWeight = energyWeight;
    }

    double of(int[] lane, int[] choices) {
      double cost = 0;
      for (int i = 0; i < lane.length; i++) {
        int j = lane[i];
        cost +=
            energyWeight * network.energies[j][choices[j]]
                + watts[j] * network.options[j][choices[j]].timeSeconds();
        if (i > 0 && frequency(j, choices) != frequency(lane[i - 1], choices)) {
          cost += problem.switchSeconds() * Math.min(watts[lane[i - 1]], watts[j]);
        }
      }
      return cost;
    }

    /** Lowest cost over all options of a rank. */
    double lowest(int[] lane, int[] choices, int from) {
      if (from == lane.length) {
        return of(lane, choices);
      }
      double lowest = Double.POSITIVE_INFINITY;
      for (int k = 0; k < network.options[lane[from]].length; k++) {
        choices[lane[from]] = k;
        lowest = Math.min(lowest, lowest(lane, choices, from + 1));
      }
      return lowest;
    }

    private int frequency(int j, int[] choices) {
      return network.frequencies[j][choices[j]];
    }
  }

  private static OptionTables options(PlanningProblem problem) {
    return new OptionTables(problem, new TickScale(problem), ExecutionOptions::atEveryFrequency);
  }

  @Property(tries = 100)
  void noOptionsOfARankCostLess(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    PlanningProblem problem =
        RandomProblems.problem(seed, 2, 2, 3).withSwitchCost(0.05 * random.nextDouble());
    double[] watts =
        random.doubles(problem.dag().size(), 0, 500).map(w -> w < 100 ? 0 : w).toArray();
    double energyWeight = random.nextInt(2);
    Costs costs = new Costs(problem, watts, energyWeight);
    int[] chosen = new RankClockPaths(problem, costs.network).choose(watts, energyWeight);
    for (int[] lane : costs.network.computations) {
      assertThat(costs.of(lane, chosen))
          .isCloseTo(costs.lowest(lane, new int[chosen.length], 0), within(TOLERANCE_JOULES));
    }
  }

  @Example
  void clockNeverChangesWhereChangesAreTooExpensive() {
    PlanningProblem problem = PlannerBenchmark.problem(2, 4).withSwitchCost(100);
    OptionTables network = options(problem);
    double[] watts = new double[network.operations];
    for (int j = 0; j < watts.length; j++) {
      watts[j] = 100 + 20 * j;
    }
    int[] chosen = new RankClockPaths(problem, network).choose(watts, 1);
    for (int[] lane : network.computations) {
      for (int j : lane) {
        assertThat(network.frequencies[j][chosen[j]])
            .isEqualTo(network.frequencies[lane[0]][chosen[lane[0]]]);
      }
    }
  }
}
