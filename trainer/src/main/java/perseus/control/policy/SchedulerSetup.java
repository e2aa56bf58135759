package perseus.control.policy;

import java.nio.file.Path;
import java.util.function.Supplier;
import perseus.control.Scheduler;
import perseus.control.SchedulerChoice;

/**
 * Holds the result of reading a scheduler's arguments: a function that creates the scheduler, and
 * functions that read its plan files. The method {@link SchedulerType#read} returns a {@code
 * SchedulerSetup}, and the class {@link Schedulers} copies it into a {@link SchedulerChoice}.
 *
 * @param factory function that creates the scheduler of a job
 * @param fileCheck function that reads the plan files to check them. For the scheduler Straggler,
 *     {@code fileCheck} reads only the catalog (list of plans with predictions). The function
 *     {@code fileCheck} throws a {@link perseus.io.UserError} if a file is missing or wrong.
 * @param frontier function that reads the time-energy frontier that contains the scheduler's plans
 * @param computations function that provides the computations (forwards and backwards) of a stage
 *     according to the plans; null if the scheduler uses no plans
 */
public record SchedulerSetup(
    Scheduler.Factory factory,
    Runnable fileCheck,
    SchedulerChoice.FrontierSource frontier,
    SchedulerChoice.ComputationSource computations) {

  /** Returns the setup of a scheduler that reads no plan files. */
  public static SchedulerSetup withoutPlans(Scheduler.Factory factory) {
    return new SchedulerSetup(factory, () -> {}, () -> null, null);
  }

  /**
   * Returns the setup of a scheduler that uses saved plans.
   *
   * @param plans path of the plan file or of the directory with plan files; the user gives this
   *     path as an argument of the scheduler
   * @param firstPlan function that finds the plan file from which the computations (forwards and
   *     backwards) of the stages are read
   */
  public static SchedulerSetup withPlans(
      Scheduler.Factory factory, Runnable fileCheck, Path plans, Supplier<Path> firstPlan) {
    return new SchedulerSetup(
        factory, fileCheck, () -> SavedPlans.frontier(plans), SavedPlans.computations(firstPlan));
  }
}
