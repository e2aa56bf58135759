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
  /** A problem's roundings at some times, and what improves them. */
  private static final class Roundings {
    final OptionTables network;
    final BeamImprover beams;
    final List<RoundedPlan> drafts = new ArrayList<>();

    Roundings(PlanningProblem problem, double... shares) {
      TickScale costs = new TickScale(problem);
      network = new OptionTables(problem, costs);
      EventNetwork events = new EventNetwork(problem.dag(), costs);
      beams = new BeamImprover(events, costs, network, Effort.DEFAULT);
      RelaxedRounding rounding = new RelaxedRounding(problem, costs, events, network);
      LowerBound bound = LowerBoundSolver.bound(problem);
      double longest = bound.time(0);
      double shortest = bound.time(bound.size() - 1);
      double[] targets =
          Arrays.stream(shares).map(share -> longest - share * (longest - shortest)).toArray();
      new BreakpointSolver(problem, costs, events, Progress.NONE)
          .solve(targets, (target, point) -> drafts.add(rounding.round(point)));
    }

    boolean inTime(RoundedPlan draft) {
      return new PlanTiming(network, draft.choices(), draft.deadline()).inTime();
    }
  }

  @Property(tries = 200)
  void everyRoundStaysInTimeAndNeverCostsMore(@ForAll @LongRange(min = 0) long seed) {
    Roundings roundings = new Roundings(RandomProblems.problem(seed, 4, 6, 6), 0.1, 0.5, 0.9, 1);
    List<BeamPass> rounds =
        List.of(
            BeamPass.parts(5, 3, 0),
            BeamPass.parts(24, 10, 0),
            BeamPass.parts(1000, 50, 0),
            BeamPass.course(BeamPass.Kept.RELAXED, 4, 0.1, 20, 0),
            BeamPass.course(BeamPass.Kept.PLAN, 2, 0.05, 7, 0),
            BeamPass.course(BeamPass.Kept.PLAN, 0, 0, 1, 0),
            BeamPass.parts(1, 1, 0));
    for (RoundedPlan draft : roundings.drafts) {
      for (BeamPass round : rounds) {
        double before = roundings.network.energy(draft.choices());
        roundings.beams.improve(draft, List.of(round));
        assertThat(roundings.network.energy(draft.choices())).isLessThanOrEqualTo(before);
        assertThat(roundings.inTime(draft)).isTrue();
      }
    }
  }

  /** Of few operations every choice can be looked at. */
  @Property(tries = 60)
  void plansOfSmallProblemsAreTheBestThereAre(@ForAll @LongRange(min = 0) long seed) {
    PlanningProblem problem = RandomProblems.problem(seed, 2, 2, 3);
    List<Plan> every = RandomProblems.everyPlan(problem);
    for (Plan plan : Planners.PERSEUS.plan(problem, new PlanRequest(9)).plans()) {
      double blocking = problem.totalBlockingWatts() * plan.timeSeconds();
      double least =
          every.stream()
              .filter(each -> each.timeSeconds() <= plan.timeSeconds())
              .mapToDouble(Plan::effectiveEnergyJoules)
              .min()
              .orElseThrow();
      assertThat(plan.effectiveEnergyJoules() + blocking)
          .isCloseTo(least + blocking, within(5e-4 * (least + blocking)));
    }
  }

  /** Where a pipeline is full all operations wait for each other, and none can change alone. */
  @Test
  void savesWhatSingleOperationsCannot() {
    Roundings roundings = new Roundings(PlannerBenchmark.problem(4, 12), 0.5, 0.7, 0.9);
    double[] before = gaps(roundings.drafts);
    roundings.drafts.forEach(roundings.beams::improve);
    double[] after = gaps(roundings.drafts);
    assertThat(DoubleStream.of(after).sum()).isLessThan(0.7 * DoubleStream.of(before).sum());
  }

  private static double[] gaps(List<RoundedPlan> drafts) {
    return drafts.stream().mapToDouble(RoundedPlan::gap).toArray();
  }
}
