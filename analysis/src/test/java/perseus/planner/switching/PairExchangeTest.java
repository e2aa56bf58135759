package perseus.planner.switching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.planner.RandomProblems;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.ClockAnnealing.Found;

class PairExchangeTest {
  private static final double ROUNDING = 1e-9;

  @Property(tries = 60)
  void resultIsInTimeAndNoChangeOfTwoComputationsImprovesIt(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    PlanningProblem problem =
        RandomProblems.problem(seed, 3, 3, 4).withSwitchCost(0.03 * random.nextDouble());
    ClockTables tables = new ClockTables(problem);
    Assume.that(PairExchange.isSmall(tables));
    Plan start = tables.plan(tables.fastest());
    double latest = start.timeSeconds() * (1 + 0.4 * random.nextDouble());
    Found found =
        PairExchange.improve(
            tables,
            new Found(tables.fastest(), start.timeSeconds(), start.effectiveEnergyJoules()),
            latest);
    Plan plan = tables.plan(found.settings());
    assertThat(found.seconds()).isEqualTo(plan.timeSeconds()).isLessThanOrEqualTo(latest);
    double error = ROUNDING * (start.energyJoules() + 1);
    assertThat(found.joules())
        .isCloseTo(plan.effectiveEnergyJoules(), within(error))
        .isLessThanOrEqualTo(start.effectiveEnergyJoules() + error);
    for (int trial = 0; trial < 200; trial++) {
      int[] other = found.settings().clone();
      for (int change = 0; change < 2; change++) {
        int[] lane = tables.lanes[random.nextInt(tables.lanes.length)];
        int j = lane[random.nextInt(lane.length)];
        int setting = random.nextInt(tables.settings);
        boolean isOption = tables.joules[j * tables.settings + setting] < Double.POSITIVE_INFINITY;
        other[j] = isOption ? setting : other[j];
      }
      Plan changed = tables.plan(other);
      if (changed.timeSeconds() <= latest) {
        assertThat(changed.effectiveEnergyJoules()).isGreaterThan(found.joules() - error);
      }
    }
  }
}
