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
import perseus.planner.problem.PlanningProblem;

class ClockPathsTest {
  /** Computes the cost of a rank's frequencies directly from its definition. */
  private record Costs(
      ClockTables tables, double[] watts, double[] changeWatts, double energyWeight) {
    double of(int[] lane, int[] chosen) {
      double cost = 0;
      for (int i = 0; i < lane.length; i++) {
        int j = lane[i];
        int at = j * tables.settings + chosen[j];
        cost += energyWeight * tables.joules[at] + watts[j] * tables.seconds[at];
        if (i > 0) {
          cost +=
              changeWatts[j]
                  * tables.changeSeconds[chosen[lane[i - 1]] * tables.settings + chosen[j]];
        }
      }
      return cost;
    }

    /** Returns the lowest cost over all frequencies of a rank. */
    double lowest(int[] lane, int[] chosen, int from) {
      if (from == lane.length) {
        return of(lane, chosen);
      }
      double lowest = Double.POSITIVE_INFINITY;
      for (int s = 0; s < tables.settings; s++) {
        if (tables.joules[lane[from] * tables.settings + s] < Double.POSITIVE_INFINITY) {
          chosen[lane[from]] = s;
          lowest = Math.min(lowest, lowest(lane, chosen, from + 1));
        }
      }
      return lowest;
    }
  }

  private static double[] prices(Random random, int count) {
    return random.doubles(count, 0, 500).map(w -> w < 100 ? 0 : w).toArray();
  }

  @Property(tries = 100)
  void noSettingsOfARankCostLess(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    PlanningProblem problem =
        RandomProblems.problem(seed, 2, 2, 3).withSwitchCost(0.05 * random.nextDouble());
    ClockTables tables = new ClockTables(problem);
    if (random.nextBoolean()) {
      for (int i = 0; i < tables.changeSeconds.length; i++) {
        tables.changeSeconds[i] *= 0.5 + random.nextDouble();
      }
    }
    double[] watts = prices(random, tables.operations);
    double[] changeWatts = prices(random, tables.operations);
    Costs costs = new Costs(tables, watts, changeWatts, random.nextInt(2));
    int[] chosen = new int[tables.operations];
    double cost = new ClockPaths(tables).choose(watts, changeWatts, costs.energyWeight, chosen);
    double sum = 0;
    for (int[] lane : tables.lanes) {
      double lowest = costs.lowest(lane, new int[chosen.length], 0);
      assertThat(costs.of(lane, chosen)).isCloseTo(lowest, within(1e-9));
      sum += lowest;
    }
    for (int j = 0; j < chosen.length; j++) {
      if (problem.dag().operations().get(j).instruction().isComputation()) {
        continue;
      }
      sum += costs.lowest(new int[] {j}, new int[chosen.length], 0);
    }
    assertThat(cost).isCloseTo(sum, within(1e-9));
  }

  @Example
  void clockNeverChangesWhereChangesAreTooExpensive() {
    ClockTables tables = new ClockTables(PlannerBenchmark.problem(2, 4).withSwitchCost(100));
    double[] watts = new double[tables.operations];
    double[] changeWatts = new double[tables.operations];
    for (int j = 0; j < watts.length; j++) {
      watts[j] = 100 + 20 * j;
      changeWatts[j] = 100;
    }
    int[] chosen = new int[tables.operations];
    new ClockPaths(tables).choose(watts, changeWatts, 1, chosen);
    for (int[] lane : tables.lanes) {
      for (int j : lane) {
        assertThat(chosen[j]).isEqualTo(chosen[lane[0]]);
      }
    }
  }
}
