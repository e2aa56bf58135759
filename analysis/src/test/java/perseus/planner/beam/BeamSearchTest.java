package perseus.planner.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import perseus.io.Progress;
import perseus.planner.PlannerBenchmark;
import perseus.planner.Planners;
import perseus.planner.RandomProblems;
import perseus.planner.beam.BeamPass.Guide;
import perseus.planner.bound.BreakpointSolver;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.Effort;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.rounding.PlanTiming;
import perseus.planner.rounding.RelaxedRounding;
import perseus.planner.rounding.RoundedPlan;

class BeamSearchTest {
  /** Holds the rounded plans of a problem, and the object that improves these plans. */
  private static final class Roundings {
    final OptionTables network;
    final BeamImprover beams;
    final List<RoundedPlan> plans = new ArrayList<>();

    /**
     * @param fractions makespans of the plans, as fractions of the range of the lower bound: 0 is
     *     the longest makespan, 1 the shortest
     */
    Roundings(PlanningProblem problem, double... fractions) {
      TickScale scale = new TickScale(problem);
      network = new OptionTables(problem, scale);
      EventNetwork events = new EventNetwork(problem.dag(), scale);
      beams = new BeamImprover(events, scale, network, Effort.DEFAULT);
      RelaxedRounding rounding = new RelaxedRounding(problem, scale, events, network);
      LowerBound bound = LowerBoundSolver.bound(problem);
      double longest = bound.time(0);
      double shortest = bound.time(bound.size() - 1);
      double[] targets =
          Arrays.stream(fractions)
              .map(fraction -> longest - fraction * (longest - shortest))
              .toArray();
      new BreakpointSolver(problem, scale, events, Progress.NONE)
          .solve(targets, (target, solution) -> plans.add(rounding.round(solution)));
    }

    boolean inTime(RoundedPlan plan) {
      return new PlanTiming(network, plan.choices(), plan.deadline()).inTime();
    }
  }

  @Property(tries = 200)
  void everyPassKeepsPlansInTimeAndNeverRaisesTheirEnergy(@ForAll @LongRange(min = 0) long seed) {
    Roundings roundings = new Roundings(RandomProblems.problem(seed, 4, 6, 6), 0.1, 0.5, 0.9, 1);
    List<BeamPass> passes =
        List.of(
            new BeamPass.Parts(5, 3, 0),
            new BeamPass.Parts(24, 10, 0),
            new BeamPass.Parts(1000, 50, 0),
            new BeamPass.Guided(Guide.RELAXED, 4, 0.1, 20, 0),
            new BeamPass.Guided(Guide.PLAN, 2, 0.05, 7, 0),
            new BeamPass.Guided(Guide.PLAN, 0, 0, 1, 0),
            new BeamPass.Parts(1, 1, 0));
    for (RoundedPlan plan : roundings.plans) {
      for (BeamPass pass : passes) {
        double before = roundings.network.energy(plan.choices());
        roundings.beams.improve(plan, List.of(pass));
        assertThat(roundings.network.energy(plan.choices())).isLessThanOrEqualTo(before);
        assertThat(roundings.inTime(plan)).isTrue();
      }
    }
  }

  /** Compares the plans of the search with all plans of a problem with few operations. */
  @Property(tries = 60)
  void plansOfSmallProblemsAreOptimal(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 2, 2, 3);
    List<Plan> every = RandomProblems.everyPlan(problem);
    for (Plan plan : Planners.PERSEUS.plan(problem, new PlanRequest(9)).plans()) {
      double blocking = problem.totalBlockingWatts() * plan.timeSeconds();
      double lowest =
          every.stream()
              .filter(each -> each.timeSeconds() <= plan.timeSeconds())
              .mapToDouble(Plan::effectiveEnergyJoules)
              .min()
              .orElseThrow();
      assertThat(plan.effectiveEnergyJoules() + blocking)
          .isCloseTo(lowest + blocking, within(5e-4 * (lowest + blocking)));
    }
  }

  /**
   * In a full pipeline, every operation lies on a longest path. Therefore the frequency of a single
   * operation cannot change unless the frequencies of other operations change too.
   */
  @Test
  void changingManyOptionsAtOnceLowersTheGapsByThirtyPercent() {
    Roundings roundings = new Roundings(PlannerBenchmark.problem(4, 12), 0.5, 0.7, 0.9);
    double[] before = gaps(roundings.plans);
    roundings.plans.forEach(roundings.beams::improve);
    double[] after = gaps(roundings.plans);
    assertThat(DoubleStream.of(after).sum()).isLessThan(0.7 * DoubleStream.of(before).sum());
  }

  private static double[] gaps(List<RoundedPlan> plans) {
    return plans.stream().mapToDouble(RoundedPlan::gap).toArray();
  }
}
