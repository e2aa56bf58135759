package perseus.chart;

import java.util.List;
import perseus.chart.figure.Heading;
import perseus.chart.figure.SummedGpus;
import perseus.io.Named;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileNotes;

/**
 * Makes the heading of a chart that shows plans. The heading names the model, the GPUs, and the
 * numbers of stages and microbatches.
 */
public final class PlanHeading {
  private PlanHeading() {}

  /** Returns the heading of a chart of plans; the title says what the chart shows. */
  public static Heading of(String title, ProfileNotes notes, PlanningProblem problem) {
    int stages = problem.dag().stages();
    int ranks = problem.dag().lanes();
    SummedGpus gpus = perRank(notes);
    String workload =
        "%s%s%s × %s%s%s"
            .formatted(
                notes.model() == null ? "" : notes.model() + ", ",
                Named.count(stages, "stage"),
                ranks == stages ? "" : " on " + Named.count(ranks, "rank"),
                Named.count(problem.microbatches(), "microbatch"),
                gpus.isSum()
                    ? ", summed over %s per %s"
                        .formatted(gpus.text(), ranks == stages ? "stage" : "rank")
                    : "",
                problem.minDwellSeconds() == 0
                    ? ""
                    : ", clocks held for at least %s s".formatted(problem.minDwellSeconds()));
    return Heading.of(
        title,
        workload,
        notes.gpu() == null ? "" : notes.gpu(),
        Boolean.TRUE.equals(notes.simulated()));
  }

  /**
   * Returns the number of GPUs of a stage. The power and the energy of a stage are sums over all
   * GPUs of the stage. With data or tensor parallelism, a stage has several GPUs.
   */
  static SummedGpus perRank(ProfileNotes notes) {
    if (notes.gpusPerStage() == null) {
      return SummedGpus.ONE;
    }
    List<Integer> counts = notes.gpusPerStage().stream().distinct().toList();
    return new SummedGpus(counts.size() == 1 ? counts.get(0) : 0);
  }

  /**
   * Returns the number of GPUs over which the energy of an iteration is summed in a chart. If each
   * stage has one GPU, the result is {@link SummedGpus#ONE}, and the chart does not state the
   * number.
   */
  static SummedGpus perIteration(ProfileNotes notes, PlanningProblem problem) {
    SummedGpus gpus = perRank(notes);
    return gpus.isSum() ? new SummedGpus(gpus.count() * problem.dag().lanes()) : gpus;
  }
}
