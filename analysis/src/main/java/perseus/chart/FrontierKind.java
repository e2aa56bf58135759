package perseus.chart;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import perseus.chart.figure.Chart;
import perseus.chart.figure.TimeEnergy;
import perseus.chart.kind.FrontierChart;
import perseus.io.UserError;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlannedProblem;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;

/**
 * Makes the chart {@code frontier}, which shows the iteration time and energy of plans. The chart
 * {@code frontier} contains the plans of one planner, the lower bound on energy, and the plans of
 * other planners (baselines).
 */
final class FrontierKind implements ChartKind.OfPlans {
  @Override
  public String name() {
    return "frontier";
  }

  @Override
  public Set<String> options() {
    return Set.of("baselines");
  }

  /**
   * Makes the chart {@code frontier} from the plans of a directory. Plan files do not contain the
   * lower bound on energy. To compute the lower bound, the method solves the planning problem of
   * the plans again.
   */
  @Override
  public Chart chart(PlannedProblem planned, ChartOptions options) {
    Planner planner = Planners.of(planned.catalog().planner());
    List<Planner> baselines = baselines(options.baselines(), planner);
    Frontier frontier =
        planner.plan(planned.problem(), new PlanRequest(planned.catalog().plans().size()));
    return FrontierChart.of(data(planned.profile().notes(), frontier, baselines));
  }

  /**
   * Finds the planners whose names are in {@code names}. The chart compares the plans of the
   * planners in {@code names} with the plans of {@code planner}.
   *
   * @param planner planner whose plans are compared; the method leaves this planner out
   * @throws UserError if {@code names} contains a name that no planner has
   */
  static List<Planner> baselines(List<String> names, Planner planner) {
    return names.stream().map(Planners::of).filter(baseline -> baseline != planner).toList();
  }

  /**
   * Returns the values of the chart {@code frontier} for the plans of one planner.
   *
   * @param baselines planners whose plans the chart also shows. The chart leaves out planners that
   *     cannot solve the planning problem.
   */
  static FrontierChart.Data data(ProfileNotes notes, Frontier frontier, List<Planner> baselines) {
    return data(
        notes,
        frontier.problem(),
        points(frontier.plans()),
        points(frontier.bound()),
        plansOf(baselines, frontier.problem(), frontier.bound()));
  }

  /**
   * Returns the values of the chart {@code frontier} for a directory of plans. The chart shows the
   * lower bound only at the iteration times of the plans. A directory of plans contains no other
   * values of the bound.
   *
   * @param bound lower bound on energy, which the method passes to the baselines (other planners)
   *     so that they need not compute it
   */
  static FrontierChart.Data data(PlannedProblem planned, LowerBound bound, List<String> baselines) {
    List<PlanCatalog.Entry> plans = planned.catalog().plans();
    Planner planner = Planners.of(planned.catalog().planner());
    return data(
        planned.profile().notes(),
        planned.problem(),
        plans.stream().map(plan -> new TimeEnergy(plan.timeS(), plan.energyJ())).toList(),
        points(boundOfPlans(planned)),
        plansOf(baselines(baselines, planner), planned.problem(), bound));
  }

  /**
   * Returns the lower bound on energy that a directory of plans states for the iteration time of
   * each plan. Between the iteration times of two plans, the returned lower bound is linear and
   * slightly above the exact lower bound.
   */
  static LowerBound boundOfPlans(PlannedProblem planned) {
    List<PlanCatalog.Entry> plans = planned.catalog().plans();
    return new LowerBound(
        plans.stream().mapToDouble(PlanCatalog.Entry::timeS).toArray(),
        plans.stream().mapToDouble(PlanCatalog.Entry::lowerBoundJ).toArray(),
        planned.problem().totalBlockingWatts(),
        0,
        0);
  }

  /**
   * Returns a copy of a chart's values with all plans of a frontier (plans from the fastest to the
   * slowest). The copy also has all breakpoints of the lower bound.
   */
  static FrontierChart.Data with(Frontier frontier, FrontierChart.Data data) {
    return new FrontierChart.Data(
        data.heading(),
        data.gpus(),
        data.name(),
        points(frontier.plans()),
        points(frontier.bound()),
        data.baselines(),
        data.allMax());
  }

  private static List<TimeEnergy> points(LowerBound bound) {
    List<TimeEnergy> points = new ArrayList<>();
    for (int i = 0; i < bound.size(); i++) {
      points.add(new TimeEnergy(bound.time(i), bound.energy(i)));
    }
    return points;
  }

  private static FrontierChart.Data data(
      ProfileNotes notes,
      PlanningProblem problem,
      List<TimeEnergy> plans,
      List<TimeEnergy> bound,
      List<FrontierChart.Baseline> baselines) {
    return new FrontierChart.Data(
        PlanHeading.of("Iteration time and energy", notes, problem),
        PlanHeading.perIteration(notes, problem),
        "plans",
        plans,
        bound,
        baselines,
        point(Plan.allMax(problem)));
  }

  /**
   * Returns the plans of the given planners (baselines).
   *
   * @param bound lower bound on energy, so that the baselines (other planners) need not compute it
   */
  private static List<FrontierChart.Baseline> plansOf(
      List<Planner> baselines, PlanningProblem problem, LowerBound bound) {
    PlanRequest request = PlanRequest.standard().withBound(bound);
    List<FrontierChart.Baseline> drawn = new ArrayList<>();
    for (Planner baseline : new LinkedHashSet<>(baselines)) {
      try {
        List<Plan> plans = baseline.plan(problem, request).plans();
        drawn.add(new FrontierChart.Baseline(baseline.title(), points(plans)));
      } catch (UserError e) {
        // The baseline planner cannot solve this planning problem, so the chart shows no plans of
        // this planner.
      }
    }
    return drawn;
  }

  private static List<TimeEnergy> points(List<Plan> plans) {
    return plans.stream().map(FrontierKind::point).toList();
  }

  private static TimeEnergy point(Plan plan) {
    return new TimeEnergy(plan.timeSeconds(), plan.energyJoules());
  }
}
