package perseus.planner.switching;

import static org.assertj.core.api.Assertions.assertThat;

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
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.rounding.PlanTiming;

class ClockMovesTest {
  private static PlanTiming timing(PlanningProblem problem, int[] choices, double slower) {
    OptionTables network =
        new OptionTables(problem, new TickScale(problem), ExecutionOptions::atEveryFrequency);
    long makespan = new PlanTiming(network, choices, Long.MAX_VALUE / 2).makespan();
    return new PlanTiming(network, choices, (long) (slower * makespan));
  }

  private static int clockChanges(PlanTiming timing) {
    return Arrays.stream(timing.network().computations)
        .mapToInt(lane -> timing.clockChanges(lane, 0, lane.length))
        .sum();
  }

  @Property(tries = 100)
  void planStaysInTimeAndNeverGetsWorse(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6).withSwitchCost(0.01);
    int[] choices = new int[problem.dag().size()];
    Arrays.setAll(choices, j -> random.nextInt(problem.options(j).atEveryFrequency().size()));
    PlanTiming timing = timing(problem, choices, 1 + 0.3 * random.nextDouble());
    double energy = timing.network().energy(choices);
    int changes = clockChanges(timing);
    new ClockMoves(timing).improve();
    assertThat(timing.inTime()).isTrue();
    double improved = timing.network().energy(choices);
    assertThat(improved).isLessThanOrEqualTo(energy + 1e-9);
    if (improved > energy - 1e-9) {
      assertThat(clockChanges(timing)).isLessThanOrEqualTo(changes);
    }
  }

  @Example
  void allClocksAreLoweredWhereTimeIsNotScarce() {
    PlanningProblem problem = PlannerBenchmark.problem(4, 12).withSwitchCost(0.01);
    int[] choices = new int[problem.dag().size()];
    PlanTiming timing = timing(problem, choices, 2);
    double energy = timing.network().energy(choices);
    new ClockMoves(timing).improve();
    assertThat(timing.network().energy(choices)).isLessThan(0.9 * energy);
  }
}
