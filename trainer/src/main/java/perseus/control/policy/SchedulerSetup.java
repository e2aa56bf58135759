package perseus.control.policy;

import java.nio.file.Path;
import java.util.function.Supplier;
import perseus.control.Scheduler;
import perseus.control.SchedulerChoice;

/**
 * Holds a function that creates a scheduler with given arguments, and functions that read its plan
 * files. The method {@link SchedulerType#read} returns a {@code SchedulerSetup}, and the class
 * {@link Schedulers} copies it into a {@link SchedulerChoice}.
 *
 * @param factory function that creates the scheduler of a job
 * @param fileCheck function that reads the plan files to check them. The function {@code fileCheck}
 *     throws a {@link perseus.io.UserError} if a file is missing or wrong.
 * @param frontier function that reads the time-energy frontier of the scheduler's plans
 * @param computations function that returns the forwards and backwards of a stage of the plans;
 *     null if the scheduler uses no plans
 */
public record SchedulerSetup(
    Scheduler.Factory factory,
    Runnable fileCheck,
    SchedulerChoice.FrontierSource frontier,
    SchedulerChoice.ComputationSource computations) {

  /** Returns a {@code SchedulerSetup} for a scheduler that reads no plan files. */
  public static SchedulerSetup withoutPlans(Scheduler.Factory factory) {
    return new SchedulerSetup(factory, () -> {}, () -> null, null);
  }

  /**
   * Returns a {@code SchedulerSetup} for a scheduler that reads plan files.
   *
   * @param plans path of a plan file or of a directory with plan files, which the user gives as an
   *     argument of the scheduler
   * @param firstPlan function that finds one plan file, from which the order of the computations of
   *     each stage is read
   */
  public static SchedulerSetup withPlans(
      Scheduler.Factory factory, Runnable fileCheck, Path plans, Supplier<Path> firstPlan) {
    return new SchedulerSetup(
        factory, fileCheck, () -> SavedPlans.frontier(plans), SavedPlans.computations(firstPlan));
  }
}
