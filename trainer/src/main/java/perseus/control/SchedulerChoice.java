package perseus.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.pipeline.PipelineSchedule;
import perseus.planfile.PlanCatalog;

/**
 * A configured scheduler, from which a server creates an instance for each job.
 *
 * @param name name of the scheduler as the user gave it
 * @param args arguments by name, as the user gave them
 * @param mode kind of power state that the scheduler sets
 * @param factory creates the scheduler of a job; reads plan files only then, so that they may be
 *     written after the server has started
 * @param fileCheck reads the same plan files and creates nothing; throws a {@link UserError} where
 *     {@code factory} would
 * @param frontier reads the frontier that the plans belong to
 * @param computations computations of a stage, for jobs whose ranks do not register them
 */
public record SchedulerChoice(
    String name,
    Map<String, Object> args,
    Mode mode,
    Scheduler.Factory factory,
    Runnable fileCheck,
    FrontierSource frontier,
    ComputationSource computations) {

  /** Reads a frontier. */
  @FunctionalInterface
  public interface FrontierSource {
    /** Returns the frontier; null if there is none. */
    Frontier read();
  }

  /**
   * A frontier of one pipeline.
   *
   * @param gpusPerStage number of GPUs of a stage that its energies include
   */
  public record Frontier(PlanCatalog catalog, int gpusPerStage) {}

  /** Provides the computations of a stage for Zeus's jobs, whose ranks do not register them. */
  @FunctionalInterface
  public interface ComputationSource {
    /**
     * @return the stage's forwards and backwards, in order of execution
     * @throws UserError if they are unknown here too
     */
    List<PipeInstruction> of(int stage, int stages);
  }

  /**
   * Returns the computations of a training schedule.
   *
   * @param microbatches number of microbatches in an iteration; 0 if it is unknown
   */
  public static ComputationSource scheduled(PipelineSchedule schedule, int microbatches) {
    return (stage, stages) -> {
      if (microbatches == 0) {
        throw new UserError(
            "A job of Zeus does not say how many microbatches it has; give the plan server's"
                + " scheduler the argument num_microbatches, as in {\"num_microbatches\": 8}.");
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
