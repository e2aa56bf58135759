package perseus.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.pipeline.PipelineSchedule;
import perseus.planfile.PlanCatalog;

/**
 * Holds the scheduler that the user has chosen, and its arguments. The functions of this record
 * create the scheduler and read its plan files. The plan server uses one {@code SchedulerChoice} to
 * create a scheduler for each of its jobs.
 *
 * @param name name of the scheduler as the user gave it
 * @param args arguments that the user gave to the scheduler, as a map from the name of an argument
 *     to its value
 * @param mode kind of power state (clock or power limit) that the scheduler sets
 * @param needsReports whether the scheduler needs the times and energies that the ranks report
 * @param factory function that creates the scheduler of a job. The function {@code factory} reads
 *     the plan files when it creates a scheduler. The user may write the plan files after the plan
 *     server has started.
 * @param fileCheck function that reads the plan files without creating a scheduler. The function
 *     {@code fileCheck} throws a {@link UserError} if a file is missing or wrong.
 * @param frontier function that reads the time-energy frontier of the scheduler's plans
 * @param computations function that returns the forwards and backwards of a stage. It is used for
 *     jobs with the HTTP dialect of Zeus, which do not register their forwards and backwards.
 */
public record SchedulerChoice(
    String name,
    Map<String, Object> args,
    Mode mode,
    boolean needsReports,
    Scheduler.Factory factory,
    Runnable fileCheck,
    FrontierSource frontier,
    ComputationSource computations) {

  /** Reads a time-energy frontier (plans with their predicted times and energies) from files. */
  @FunctionalInterface
  public interface FrontierSource {
    /**
     * Returns the time-energy frontier. Returns null if the plans of the scheduler belong to no
     * time-energy frontier.
     */
    Frontier read();
  }

  /**
   * Holds the time-energy frontier of one data-parallel pipeline: its plans with their predicted
   * times and energies.
   *
   * @param gpusPerStage number of GPUs of one stage; a predicted energy is the sum over these GPUs
   */
  public record Frontier(PlanCatalog catalog, int gpusPerStage) {}

  /**
   * Provides the forwards and backwards of a stage for jobs that use the HTTP dialect of Zeus.
   * Ranks that use the HTTP dialect of Zeus do not register their forwards and backwards.
   */
  @FunctionalInterface
  public interface ComputationSource {
    /**
     * @return the forwards and backwards of the stage, in order of execution
     * @throws UserError if the forwards and backwards of the stage are unknown
     */
    List<PipeInstruction> of(int stage, int stages);
  }

  /**
   * Returns an object that takes the forwards and backwards of a stage from a pipeline schedule,
   * such as 1F1B.
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
