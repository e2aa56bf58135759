package perseus.chart;

import perseus.chart.figure.Heading;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;

/**
 * Makes the heading of a chart that shows plans. The heading of a chart of plans names the model,
 * the number of stages, the number of microbatches and the GPU.
 */
public final class PlanHeading {
  private PlanHeading() {}

  /** Returns the heading of a chart of plans; the title says what the chart shows. */
  public static Heading of(String title, ProfileNotes notes, PlanningProblem problem) {
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
