package perseus.planner.rounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.planner.PlannerBenchmark;
import perseus.planner.RandomProblems;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.PlanningProblem;

class FewerClockChangesTest {
  private static int clockChanges(PlanTiming timing) {
    return Arrays.stream(timing.network().computations)
        .mapToInt(lane -> timing.clockChanges(lane, 0, lane.length))
        .sum();
  }

  private static PlanTiming randomPlan(PlanningProblem problem, Random random, long spareTicks) {
    OptionTables network = new OptionTables(problem, new TickScale(problem));
    int[] choices = new int[network.operations];
    Arrays.setAll(choices, j -> random.nextInt(network.ticks[j].length));
    long makespan = new PlanTiming(network, choices, Long.MAX_VALUE / 2).makespan();
    return new PlanTiming(network, choices, makespan + spareTicks);
  }

  @Property(tries = 200)
  void keepsTheEnergyAndTheDeadlineAndNeverAddsChanges(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    PlanTiming timing = randomPlan(RandomProblems.problem(seed, 4, 6, 6), random, 0);
    double energy = timing.network().energy(timing.choices());
    int changes = clockChanges(timing);
    new FewerClockChanges(timing).exchangeAll();
    assertThat(timing.inTime()).isTrue();
    assertThat(timing.network().energy(timing.choices())).isCloseTo(energy, within(1e-9));
    assertThat(clockChanges(timing)).isLessThanOrEqualTo(changes);
  }

  @Example
  void savesChangesWhereTimeIsNotScarce() {
    PlanTiming timing =
        randomPlan(PlannerBenchmark.problem(4, 12), new Random(1), Long.MAX_VALUE / 4);
    int[] choices = timing.choices();
    for (int j = 0; j < choices.length; j++) {
      timing.set(j, choices[j] % 2);
    }
    int changes = clockChanges(timing);
    new FewerClockChanges(timing).exchangeAll();
    assertThat(clockChanges(timing)).isLessThan(changes);
  }
}
