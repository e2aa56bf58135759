package perseus.planfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.Progress;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planner.PlannerBenchmark;
import perseus.planner.Planners;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** Tests new plans that start from the plans of a directory. */
@Tag("slow")
class EarlierDirectoryTest {
  private static final int STAGES = 4;
  private static final int MICROBATCHES = 12;

  @TempDir Path directory;
  private Frontier earlier;

  @BeforeEach
  void writePlans() {
    write(problem(profile(1, 1), MICROBATCHES));
  }

  private void write(PlanningProblem problem) {
    StageProfile profile = profile(1, 1);
    earlier = Planners.PERSEUS.plan(problem, request(problem));
    PlanSummary summary = PlanSummary.of(earlier, profile, "perseus", List.of(), List.of());
    PlanDirectory.write(directory, earlier, summary, PlanFormat.LOWTIME, into -> {});
  }

  @Test
  void keepsPlansAndMakesOneForAnotherStraggler() {
    PlanningProblem same = problem(profile(1, 1), MICROBATCHES);
    double straggler = 1.1234 * Plan.allMax(same).timeSeconds();
    Frontier planned = from(same, straggler);
    assertThat(frequencies(planned)).containsAll(frequencies(earlier));
    Frontier fresh = Planners.PERSEUS.plan(same, new PlanRequest(1, straggler));
    assertThat(effectiveEnergy(planned, straggler))
        .isCloseTo(effectiveEnergy(fresh, straggler), within(2e-4 * planned.boundAt(straggler)));
  }

  @Test
  void keepsPlansWhenAllTimesAndEnergiesGrowAlike() {
    assertThat(frequencies(from(problem(profile(1.02, 1), MICROBATCHES))))
        .containsAll(frequencies(earlier));
  }

  @Test
  void isAsGoodAsAFreshPlanWhenOneStageBecomesSlower() {
    PlanningProblem changed = problem(profile(1, 1.01), MICROBATCHES);
    Frontier planned = from(changed);
    double[] times = planned.plans().stream().mapToDouble(Plan::timeSeconds).toArray();
    Frontier fresh = Planners.PERSEUS.plan(changed, new PlanRequest(1, times));
    for (double time : times) {
      assertThat(effectiveEnergy(planned, time) - effectiveEnergy(fresh, time))
          .isLessThanOrEqualTo(2e-4 * planned.boundAt(time));
    }
  }

  @Test
  void refusesPlansOfAnotherJob() {
    assertThatThrownBy(() -> from(problem(profile(1, 1), MICROBATCHES + 1)))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("another job", "microbatches", "12", "13", "--from");
    PlanningProblem gpipe =
        PlanningProblem.of(
            profile(1, 1), Schedules.of("gpipe"), MICROBATCHES, new double[] {84, 84, 84, 84});
    assertThatThrownBy(() -> from(gpipe))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("another job", "schedule", "1f1b", "gpipe");
    StageProfile threeStages = SmallPipeline.profile(false);
    assertThatThrownBy(() -> from(SmallPipeline.problem(threeStages)))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("another job", "stages");
  }

  @Test
  void isNoWorseThanEarlierPlansThatCountChangesOfClockAndHoldClocks() {
    PlanningProblem same =
        problem(profile(1, 1), MICROBATCHES).withSwitchCost(0.01).withMinDwell(0.1);
    write(same);
    double straggler = 1.1234 * Plan.allMax(same).timeSeconds();
    Frontier planned = from(same, straggler);
    requireNoneWorse(planned, earlier.plans());
    assertThat(planned.plans()).allMatch(Plan::holdsClocks);
    Frontier fresh = Planners.PERSEUS.plan(same, fast(1, straggler));
    assertThat(effectiveEnergy(planned, straggler) - effectiveEnergy(fresh, straggler))
        .isLessThanOrEqualTo(1e-2 * planned.boundAt(straggler));
  }

  @Test
  void isAboutAsGoodAsAFreshPlanWithChangesOfClockWhenOneStageBecomesSlower() {
    write(problem(profile(1, 1), MICROBATCHES).withSwitchCost(0.01));
    PlanningProblem changed = problem(profile(1, 1.003), MICROBATCHES).withSwitchCost(0.01);
    Frontier planned = from(changed);
    double[] times = planned.plans().stream().mapToDouble(Plan::timeSeconds).toArray();
    Frontier fresh = Planners.PERSEUS.plan(changed, fast(1, times));
    for (double time : times) {
      assertThat(effectiveEnergy(planned, time) - effectiveEnergy(fresh, time))
          .isLessThanOrEqualTo(1e-3 * planned.boundAt(time));
    }
  }

  @Test
  void plansMadeWithoutChangesOfClockAreStartsForPlansThatCountThem() {
    PlanningProblem costly = problem(profile(1, 1), MICROBATCHES).withSwitchCost(0.01);
    Frontier planned = from(costly);
    requireNoneWorse(
        planned, earlier.plans().stream().map(plan -> Plan.of(costly, plan::choice)).toList());
  }

  private static void requireNoneWorse(Frontier planned, List<Plan> before) {
    for (Plan plan : before) {
      assertThat(effectiveEnergy(planned, plan.timeSeconds()))
          .isLessThanOrEqualTo(plan.effectiveEnergyJoules() + 1e-6);
    }
  }

  /**
   * Returns a request with the default effort. If clock changes take time, the effort is lower,
   * because searches with the default effort would take seconds.
   */
  private static PlanRequest request(PlanningProblem problem, double... times) {
    return problem.clocksAreFree() ? new PlanRequest(8, times) : fast(8, times);
  }

  private static PlanRequest fast(int plans, double... times) {
    return new PlanRequest(plans, times, Effort.FAST, Progress.NONE);
  }

  private Frontier from(PlanningProblem problem, double... times) {
    return Planners.PERSEUS.plan(
        problem, request(problem, times).from(EarlierDirectory.read(directory, problem, null)));
  }

  private static List<FrequencyPlan> frequencies(Frontier frontier) {
    return frontier.plans().stream().map(FrequencyPlan::of).toList();
  }

  /**
   * Returns the minimum effective energy (energy minus the energy of waiting) in joules of all
   * plans that take at most {@code seconds}.
   */
  private static double effectiveEnergy(Frontier frontier, double seconds) {
    return frontier.plans().stream()
        .filter(plan -> plan.timeSeconds() <= seconds)
        .mapToDouble(Plan::effectiveEnergyJoules)
        .min()
        .orElseThrow();
  }

  private static PlanningProblem problem(StageProfile profile, int microbatches) {
    return PlannerBenchmark.problem(profile, microbatches, 84);
  }

  /**
   * Returns a profile whose times and energies are multiplied by {@code all}. The times and
   * energies of the last stage are also multiplied by {@code last}.
   */
  private static StageProfile profile(double all, double last) {
    StageProfile made = PlannerBenchmark.profile(STAGES);
    List<ProfileRow> rows = new ArrayList<>();
    for (int s = 0; s < STAGES; s++) {
      double factor = s == STAGES - 1 ? all * last : all;
      for (Instruction instruction : made.instructions(s)) {
        for (ProfileRow row : made.options(s, instruction)) {
          rows.add(row.scaled(factor, factor));
        }
      }
    }
    ProfileNotes notes = ProfileNotes.none("a test");
    return new StageProfile(
        rows, notes.withBlocking(List.of(84.0, 84.0, 84.0, 84.0), List.of(1, 1, 1, 1)));
  }
}
