package perseus.planner.switching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.io.Progress;
import perseus.planner.PlannerBenchmark;
import perseus.planner.RandomProblems;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;

class SwitchBoundTest {
  private static final double ROUNDING = 1e-9;
  private static final int TARGETS = 5;
  private static final int STEPS = 20;

  /** Holds the bound that ignores clock changes, and the bound for clock changes that take time. */
  private record Bounds(LowerBound free, LowerBound raised) {
    static Bounds of(PlanningProblem problem) {
      TickScale scale = new TickScale(problem);
      EventNetwork events = new EventNetwork(problem.dag(), scale);
      LowerBound first = LowerBoundSolver.bound(problem);
      double[] targets = new double[TARGETS];
      for (int i = 0; i < TARGETS; i++) {
        double share = (double) i / (TARGETS - 1);
        targets[i] =
            (1 - share) * first.timeOfLeastEffectiveEnergy() + share * first.shortestTime();
      }
      SwitchBound switching = new SwitchBound(problem, events, scale);
      List<SwitchBound.Line> lines = new ArrayList<>();
      LowerBound free =
          LowerBoundSolver.of(problem, scale, events, true, Progress.NONE)
              .solve(targets, (target, solution) -> lines.add(switching.line(solution, STEPS)));
      return new Bounds(free, switching.raise(free, lines));
    }
  }

  @Property(tries = 60)
  void noPlanIsBelowTheBound(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    PlanningProblem problem =
        RandomProblems.problem(seed, 2, 2, 3).withSwitchCost(0.05 * random.nextDouble());
    Bounds bounds = Bounds.of(problem);
    for (Plan plan : RandomProblems.everyPlan(problem)) {
      double error = ROUNDING * (Math.abs(plan.energyJoules()) + 1);
      assertThat(bounds.raised.bound(plan.timeSeconds()))
          .isLessThanOrEqualTo(plan.energyJoules() + error);
    }
  }

  @Property(tries = 60)
  void boundIsNowhereLowerThanTheOneThatIgnoresChanges(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 4, 6, 6).withSwitchCost(0.01);
    Bounds bounds = Bounds.of(problem);
    double first = bounds.free.shortestTime();
    double last = 1.2 * bounds.free.timeOfLeastEffectiveEnergy();
    for (double time = first; time < last; time += (last - first) / 50) {
      double free = bounds.free.bound(time);
      assertThat(bounds.raised.bound(time)).isGreaterThanOrEqualTo(free * (1 - ROUNDING));
    }
  }

  @Example
  void boundRisesWhereChangesAreExpensive() {
    Bounds bounds = Bounds.of(PlannerBenchmark.problem(4, 12).withSwitchCost(0.05));
    double time = bounds.free.shortestTime() * 1.02;
    assertThat(bounds.raised.bound(time)).isGreaterThan(1.0005 * bounds.free.bound(time));
  }
}
