package perseus.chart;

import perseus.chart.figure.Heading;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;

/**
 * Makes the heading of a chart that shows plans. The heading of a chart of plans names the model,
 * the number of stages, the number of microbatches and the GPU.
 */
final class PlanHeading {
  private PlanHeading() {}

  static Heading of(String title, ProfileNotes notes, PlanningProblem problem) {
    String workload =
        "%s%d stages × %d microbatches%s"
            .formatted(
                notes.model() == null ? "" : notes.model() + ", ",
                problem.dag().stages(),
                problem.microbatches(),
                problem.minDwellSeconds() == 0
                    ? ""
                    : ", clocks held for at least %s s".formatted(problem.minDwellSeconds()));
    return Heading.of(
        title,
        workload,
        notes.gpu() == null ? "" : notes.gpu(),
        Boolean.TRUE.equals(notes.simulated()));
  }
}
