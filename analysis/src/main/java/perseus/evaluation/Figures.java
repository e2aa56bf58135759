package perseus.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Heading;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.TimeEnergy;
import perseus.chart.kind.FrontierChart;
import perseus.chart.kind.FrontierChart.Baseline;
import perseus.planner.problem.LowerBound;
import perseus.savings.Iteration;

/**
 * Makes the figure of a workload's frontier (all plans by time and energy). The figure shows the
 * time and energy of all plans, and the lower bound on energy.
 */
final class Figures {
  /**
   * Maximum iteration time that a figure shows, as a multiple of the iteration time of all-max
   * (every operation at the highest frequency).
   */
  private static final double LONGEST = 1.35;

  private Figures() {}

  /**
   * Returns the chart of the time and energy of a workload's plans; empty if no plan is fast enough
   * to be shown.
   */
  static Optional<Chart> frontier(EvaluatedWorkload workload) {
    List<EvaluatedPolicy> policies =
        Stream.concat(workload.policies().stream(), workload.baselines().stream()).toList();
    Iteration allMax =
        workload
            .bound()
            .map(SavingsBound::allMax)
            .orElseGet(() -> policies.get(0).workload().baseline());
    double longest = LONGEST * allMax.timeSeconds();
    List<Baseline> shown =
        policies.stream()
            .map(policy -> new Baseline(name(policy), points(policy, longest)))
            .filter(policy -> !policy.points().isEmpty())
            .toList();
    if (shown.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        FrontierChart.of(
            new FrontierChart.Data(
                new Heading(title(workload), "Time and energy of an iteration"),
                new SummedGpus(0),
                shown.get(0).name(),
                shown.get(0).points(),
                workload.bound().map(bound -> bound(bound.bound(), longest)).orElse(List.of()),
                shown.subList(1, shown.size()),
                point(allMax))));
  }

  private static String name(EvaluatedPolicy policy) {
    return "%s, %s".formatted(policy.title(), policy.origin().title());
  }

  private static List<TimeEnergy> points(EvaluatedPolicy policy, double longest) {
    return policy.policy().iterations().stream()
        .filter(plan -> plan.timeSeconds() <= longest)
        .map(Figures::point)
        .sorted(Comparator.comparingDouble(TimeEnergy::timeSeconds))
        .toList();
  }

  /** Returns the name of a workload, with its GPU and its microbatches if they are known. */
  static String title(EvaluatedWorkload workload) {
    String gpu = workload.gpu().isEmpty() ? "" : ", " + workload.gpu();
    String microbatches =
        workload.microbatches() == 0 ? "" : ", %d microbatches".formatted(workload.microbatches());
    return workload.name() + gpu + microbatches;
  }

  private static List<TimeEnergy> bound(LowerBound bound, double longest) {
    List<TimeEnergy> points = new ArrayList<>();
    for (int i = bound.size() - 1; i >= 0 && bound.time(i) <= longest; i--) {
      points.add(new TimeEnergy(bound.time(i), bound.energy(i)));
    }
    return points;
  }

  private static TimeEnergy point(Iteration iteration) {
    return new TimeEnergy(iteration.timeSeconds(), iteration.energyJoules());
  }
}
