package perseus.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.pipeline.PipelineSchedule;
import perseus.planfile.PlanCatalog;

/**
 * A scheduler to make for each job that comes.
 *
 * @param name as it was asked for
 * @param args by name, as they were given
 * @param mode what it sets
 * @param factory makes it; reads plan files then, so that they may be written after the server has
 *     started
 * @param files reads these files and leaves it at that; throws an {@link UserError} where {@code
 *     factory} would
 * @param frontier the frontier that its plans are from
 * @param computations what the ranks of jobs compute that do not say it themselves
 */
public record SchedulerChoice(
    String name,
    Map<String, Object> args,
    Mode mode,
    Scheduler.Factory factory,
    Runnable files,
    FrontierSource frontier,
    ComputationSource computations) {

  /** Where a frontier is read from. */
  @FunctionalInterface
  public interface FrontierSource {
    /** The frontier; null where there is none. */
    Frontier read();
  }

  /**
   * A frontier of one pipeline.
   *
   * @param gpusPerStage how many GPUs of a stage its energies count
   */
  public record Frontier(PlanCatalog catalog, int gpusPerStage) {}

  /** Tells what a stage computes, for the jobs of Zeus, which do not. */
  @FunctionalInterface
  public interface ComputationSource {
    /**
     * @return a stage's forwards and backwards in order
     * @throws UserError if it is not known either
     */
    List<PipeInstruction> of(int stage, int stages);
  }

  /** Those of a training schedule. */
  public static ComputationSource scheduled(PipelineSchedule schedule, int microbatches) {
    return (stage, stages) -> {
      if (microbatches == 0) {
        throw new UserError(
            "A job of Zeus does not say how many microbatches it has; start the server with"
                + " --scheduler-args '{\"num_microbatches\": N}'.");
      }
      List<PipeInstruction> computations = new ArrayList<>();
      schedule
          .rankSteps(stage, stages, microbatches)
          .forEach(
              step -> computations.add(PipeInstruction.ofComputation(step.instruction().name())));
      return List.copyOf(computations);
    };
  }
}
