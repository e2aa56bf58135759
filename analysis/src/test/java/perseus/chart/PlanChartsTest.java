package perseus.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Figure;
import perseus.pipeline.Instruction;
import perseus.pipeline.Schedules;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;
import perseus.profile.ProfileRow;
import perseus.profile.StageProfile;

/** Tests that charts of plans compute the lower bound, their layout and their drawing only once. */
class PlanChartsTest {
  private static StageProfile profile() {
    List<ProfileRow> rows = new ArrayList<>();
    for (int stage = 0; stage < 2; stage++) {
      for (int i = 0; i < 4; i++) {
        double slower = (1 + 0.1 * i) * (1 + 0.05 * stage);
        double cheaper = 1 - 0.08 * i + 0.01 * i * i;
        rows.add(
            new ProfileRow(stage, Instruction.FORWARD, 1400 - 100 * i, 0.1 * slower, 20 * cheaper));
        rows.add(
            new ProfileRow(
                stage, Instruction.BACKWARD, 1400 - 100 * i, 0.2 * slower, 40 * cheaper));
      }
    }
    return new StageProfile(
        rows, ProfileNotes.none("test").withBlocking(List.of(70.0, 70.0), List.of(1, 1)));
  }

  /** Calls another planner, and stores each request. */
  private record Watched(Planner planner, List<PlanRequest> requests) implements Planner {
    @Override
    public String name() {
      return "watched";
    }

    @Override
    public String title() {
      return planner.title();
    }

    @Override
    public Frontier plan(PlanningProblem problem, PlanRequest request) {
      requests.add(request);
      return planner.plan(problem, request);
    }
  }

  @Test
  void baselinesGetTheBoundOfThePlansInsteadOfComputingIt() {
    StageProfile profile = profile();
    PlanningProblem problem = PlanningProblem.of(profile, Schedules.of("1f1b"), 3);
    Frontier frontier = Planners.PERSEUS.plan(problem, new PlanRequest(5));
    List<PlanRequest> requests = new ArrayList<>();
    Chart watched =
        PlanCharts.frontier(profile, frontier, List.of(new Watched(Planners.PER_STAGE, requests)));
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).bound()).isSameAs(frontier.bound());
    assertThat(watched.svg("a"))
        .isEqualTo(PlanCharts.frontier(profile, frontier, List.of(Planners.PER_STAGE)).svg("a"));
  }

  @Test
  void chartThatIsLaidOutDrawsTheSameWithoutANewLayout() {
    StageProfile profile = profile();
    PlanningProblem problem = PlanningProblem.of(profile, Schedules.of("1f1b"), 3);
    Chart plain = ProfileKind.chart(profile, problem, 1);
    List<Figure> layouts = new ArrayList<>();
    Chart counted =
        () -> {
          layouts.add(plain.figure());
          return layouts.get(layouts.size() - 1);
        };
    Chart laidOut = counted.laidOut();
    assertThat(laidOut.svg("a")).isEqualTo(plain.svg("a"));
    assertThat(laidOut.svg("another")).isEqualTo(plain.svg("another"));
    assertThat(laidOut.png()).isEqualTo(plain.png());
    assertThat(laidOut.svg("a")).isEqualTo(plain.svg("a"));
    assertThat(layouts).hasSize(1);
  }
}
