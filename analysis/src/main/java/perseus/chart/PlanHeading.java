package perseus.chart;

import perseus.chart.figure.Heading;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;

/** Makes the heading of charts of plans: model, stages, microbatches and GPU. */
final class PlanHeading {
  private PlanHeading() {}

  static Heading of(String title, ProfileNotes notes, PlanningProblem problem) {
    String workload =
        "%s%d stages × %d microbatches"
            .formatted(
                notes.model() == null ? "" : notes.model() + ", ",
                problem.dag().stages(),
                problem.microbatches());
    return Heading.of(
        title,
        workload,
        notes.gpu() == null ? "" : notes.gpu(),
        Boolean.TRUE.equals(notes.simulated()));
  }
}
