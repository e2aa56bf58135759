package perseus.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import perseus.evaluation.report.Figure;
import perseus.evaluation.report.Figure.Point;
import perseus.evaluation.report.Figure.Series;
import perseus.planner.problem.LowerBound;
import perseus.savings.Iteration;

/** Makes the figure of a workload's frontier: time and energy of all plans and the lower bound. */
final class Figures {
  /** Longest iteration times that a figure shows, as a multiple of all-max. */
  private static final double LONGEST = 1.35;

  private Figures() {}

  static Figure frontier(EvaluatedWorkload workload) {
    List<EvaluatedPolicy> policies =
        Stream.concat(workload.policies().stream(), workload.baselines().stream()).toList();
    Iteration allMax =
        workload
            .bound()
            .map(SavingsBound::allMax)
            .orElseGet(() -> policies.get(0).workload().baseline());
    double longest = LONGEST * allMax.timeSeconds();
    List<Series> series = new ArrayList<>();
    series.add(new Series("all-max", false, List.of(point(allMax))));
    for (EvaluatedPolicy policy : policies) {
      series.add(
          new Series(
              "%s, %s".formatted(policy.title(), policy.origin().title()),
              false,
              policy.policy().iterations().stream()
                  .filter(plan -> plan.timeSeconds() <= longest)
                  .map(Figures::point)
                  .toList()));
    }
    workload.bound().ifPresent(bound -> series.add(bound(bound.bound(), longest)));
    return new Figure(title(workload), series);
  }

  /** Returns the name of a workload, with its GPU and its microbatches if they are known. */
  static String title(EvaluatedWorkload workload) {
    String gpu = workload.gpu().isEmpty() ? "" : ", " + workload.gpu();
    String microbatches =
        workload.microbatches() == 0 ? "" : ", %d microbatches".formatted(workload.microbatches());
    return workload.name() + gpu + microbatches;
  }

  private static Series bound(LowerBound bound, double longest) {
    List<Point> points = new ArrayList<>();
    for (int i = bound.size() - 1; i >= 0 && bound.time(i) <= longest; i--) {
      points.add(new Point(bound.time(i), bound.energy(i)));
    }
    return new Series("lower bound: no plan uses less", true, points);
  }

  private static Point point(Iteration iteration) {
    return new Point(iteration.timeSeconds(), iteration.energyJoules());
  }
}
