package perseus.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.pipeline.PipelineSchedule;
import perseus.planfile.PlanCatalog;

/**
 * Holds the scheduler that the user has chosen: its name, its arguments, and functions that create
 * it and read its plan files. The plan server uses one {@code SchedulerChoice} to create a
 * scheduler for each of its jobs.
 *
 * @param name name of the scheduler as the user gave it
 * @param args the scheduler's arguments as the user gave them, by the name of the argument
 * @param mode kind of power state (clock or power limit) that the scheduler sets
 * @param needsReports whether the scheduler chooses its next schedules by the times and energies
 *     that the ranks report
 * @param factory function that creates the scheduler of a job. The function {@code factory} reads
 *     the plan files when it creates a scheduler. Therefore the user may write the plan files after
 *     the plan server has started.
 * @param fileCheck function that reads the plan files without creating a scheduler. For the
 *     scheduler Straggler, {@code fileCheck} reads only the catalog (list of plans with
 *     predictions). The function {@code fileCheck} throws a {@link UserError} if a file is missing
 *     or wrong.
 * @param frontier function that reads the time-energy frontier that contains the scheduler's plans
 * @param computations function that provides the computations (forwards and backwards) of a stage
 *     for jobs that use the HTTP dialect of Zeus; the ranks of these jobs do not register their
 *     computations
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
     * Returns the time-energy frontier. Returns null if the scheduler's plans belong to no
     * frontier.
     */
    Frontier read();
  }

  /**
   * Holds the time-energy frontier (plans with their predicted times and energies) of one
   * data-parallel pipeline.
   *
   * @param gpusPerStage number of GPUs per stage over which the predicted energies are summed
   */
  public record Frontier(PlanCatalog catalog, int gpusPerStage) {}

  /**
   * Provides the computations (forwards and backwards) of a stage for jobs that use the HTTP
   * dialect of Zeus. The ranks of jobs with the dialect of Zeus do not register their computations.
   */
  @FunctionalInterface
  public interface ComputationSource {
    /**
     * @return the stage's forwards and backwards, in order of execution
     * @throws UserError if the computations of the stage are unknown
     */
    List<PipeInstruction> of(int stage, int stages);
  }

  /**
   * Returns a {@code ComputationSource} that takes the computations (forwards and backwards) of a
   * stage from a pipeline schedule, such as 1F1B.
   *
   * @param microbatches number of microbatches in an iteration; 0 if the number is unknown
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
