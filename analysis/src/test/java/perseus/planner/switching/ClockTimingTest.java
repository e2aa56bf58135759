package perseus.planner.switching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import perseus.planner.RandomProblems;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;

class ClockTimingTest {
  private static final double ROUNDING = 1e-9;

  /** Makes random trials, and compares each trial with a new evaluation of the whole plan. */
  @Property(tries = 100)
  void trialsEqualPlansThatAreEvaluatedAnew(@ForAll @LongRange(min = 0) long seed) {
    Random random = new Random(seed);
    PlanningProblem problem =
        RandomProblems.problem(seed, 4, 6, 6).withSwitchCost(0.03 * random.nextDouble());
    ClockTables tables = new ClockTables(problem);
    int[] chosen = tables.fastest();
    ClockTiming timing = new ClockTiming(tables, chosen);
    ClockTrial attempt = new ClockTrial(timing);
    for (int trial = 0; trial < 60; trial++) {
      int[] before = chosen.clone();
      attempt.begin();
      int[] lane = tables.lanes[random.nextInt(tables.lanes.length)];
      int from = random.nextInt(lane.length);
      int to = from + 1 + random.nextInt(lane.length - from);
      int setting = random.nextInt(tables.settings);
      if (!attempt.propose(lane, from, to, setting)) {
        attempt.reject();
        continue;
      }
      for (int i = from; i < to; i++) {
        chosen[lane[i]] = setting;
      }
      Plan plan = tables.plan(chosen);
      double limit = plan.timeSeconds() * (0.9 + 0.2 * random.nextDouble());
      boolean inTime = plan.timeSeconds() <= limit;
      // If one path through the rank is too long, the whole iteration is also too long.
      assertThat(attempt.exceeds(lane, from, to, limit) && inTime).isFalse();
      assertThat(attempt.evaluate(limit)).isEqualTo(inTime);
      if (inTime) {
        assertThat(attempt.seconds()).isEqualTo(plan.timeSeconds());
        assertThat(attempt.joules())
            .isCloseTo(plan.effectiveEnergyJoules(), within(ROUNDING * magnitude(plan)));
      }
      if (inTime && random.nextBoolean()) {
        attempt.accept();
      } else {
        attempt.reject();
        chosen = before;
      }
      requireSame(timing, new ClockTiming(tables, chosen), chosen);
    }
  }

  private static double magnitude(Plan plan) {
    return plan.energyJoules() + plan.problem().totalBlockingWatts() * plan.timeSeconds();
  }

  /**
   * Asserts that the plan has the same times and frequencies after its trials as a new evaluation
   * of the same plan.
   */
  private static void requireSame(ClockTiming timing, ClockTiming anew, int[] chosen) {
    assertThat(timing.seconds()).isEqualTo(anew.seconds());
    for (int j = 0; j < chosen.length; j++) {
      assertThat(timing.setting(j)).isEqualTo(chosen[j]);
      assertThat(timing.startSeconds(j)).isEqualTo(anew.startSeconds(j));
      assertThat(timing.tailSeconds(j)).isEqualTo(anew.tailSeconds(j));
    }
  }
}
