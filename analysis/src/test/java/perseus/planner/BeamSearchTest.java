package perseus.planner;

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
import perseus.recording.Progress;

class BeamSearchTest {
  /** A problem's roundings at some times, and what improves them. */
  private static final class Roundings {
    final OptionNetwork network;
    final BeamRounds beams;
    final List<Draft> drafts = new ArrayList<>();

    Roundings(PlanningProblem problem, double... shares) {
      ScaledCosts costs = new ScaledCosts(problem);
      network = new OptionNetwork(problem, costs);
      EventNetwork events = new EventNetwork(problem.dag(), costs);
      beams = new BeamRounds(events, costs, network, Effort.DEFAULT);
      PlanRounding rounding = new PlanRounding(problem, costs, events, network);
      Frontier bound = problem.bound();
      double longest = bound.time(0);
      double shortest = bound.time(bound.size() - 1);
      double[] targets =
          Arrays.stream(shares).map(share -> longest - share * (longest - shortest)).toArray();
      new FrontierSolver(problem, costs, events, Progress.NONE)
          .solve(targets, (target, point) -> drafts.add(rounding.round(point)));
    }

    boolean inTime(Draft draft) {
      return new Timing(network, draft.choices(), draft.deadline()).inTime();
    }
  }

  @Property(tries = 200)
  void everyRoundStaysInTimeAndNeverCostsMore(@ForAll @LongRange(min = 0) long seed) {
    Roundings roundings = new Roundings(RandomProblems.problem(seed, 4, 6, 6), 0.1, 0.5, 0.9, 1);
    List<BeamRound> rounds =
        List.of(
            BeamRound.parts(5, 3, 0),
            BeamRound.parts(24, 10, 0),
            BeamRound.parts(1000, 50, 0),
            BeamRound.course(BeamRound.Kept.RELAXED, 4, 0.1, 20, 0),
            BeamRound.course(BeamRound.Kept.PLAN, 2, 0.05, 7, 0),
            BeamRound.course(BeamRound.Kept.PLAN, 0, 0, 1, 0),
            BeamRound.parts(1, 1, 0));
    for (Draft draft : roundings.drafts) {
      for (BeamRound round : rounds) {
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
    for (Plan plan : Planner.PERSEUS.plan(problem, new PlanRequest(9)).plans()) {
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

  private static double[] gaps(List<Draft> drafts) {
    return drafts.stream().mapToDouble(Draft::gap).toArray();
  }
}
