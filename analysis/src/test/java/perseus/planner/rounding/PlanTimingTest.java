package perseus.planner.rounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.planner.RandomProblems;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.PlanningProblem;

class PlanTimingTest {
  private static final int CHANGES = 30;

  @Property(tries = 100)
  void timesAfterManyChangesEqualTimesComputedAnew(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6);
    TickScale scale = new TickScale(problem);
    OptionTables network = new OptionTables(problem, scale);
    long deadline = scale.deadline(2 * problem.shortestSeconds());
    PlanTiming timing = new PlanTiming(network, new int[network.operations], deadline);
    for (int change = 0; change < CHANGES; change++) {
      int operation = random.nextInt(network.operations);
      timing.set(operation, random.nextInt(network.options[operation].length));
    }
    PlanTiming anew = new PlanTiming(network, timing.choices().clone(), deadline);
    assertThat(timing.makespan()).isEqualTo(anew.makespan());
    for (int j = 0; j < network.operations; j++) {
      assertThat(timing.start(j)).isEqualTo(anew.start(j));
      assertThat(timing.latestEnd(j)).isEqualTo(anew.latestEnd(j));
    }
  }
}
