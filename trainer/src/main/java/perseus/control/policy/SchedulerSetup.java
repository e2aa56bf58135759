package perseus.control.policy;

import java.nio.file.Path;
import java.util.function.Supplier;
import perseus.control.Scheduler;
import perseus.control.SchedulerChoice;

/**
 * A scheduler whose arguments have been read, with the plan files that it uses.
 *
 * @param factory creates the scheduler of a job
 * @param fileCheck reads all plan files; throws a {@link perseus.io.UserError} if one is missing or
 *     wrong
 * @param frontier reads the frontier of the plans
 * @param computations computations of a stage according to the plans; null without plans
 */
record SchedulerSetup(
    Scheduler.Factory factory,
    Runnable fileCheck,
    SchedulerChoice.FrontierSource frontier,
    SchedulerChoice.ComputationSource computations) {

  /** Returns the setup of a scheduler that reads no files. */
  static SchedulerSetup withoutPlans(Scheduler.Factory factory) {
    return new SchedulerSetup(factory, () -> {}, () -> null, null);
  }

  /**
   * Returns the setup of a scheduler that uses saved plans.
   *
   * @param plans the plan file or directory that an argument names
   * @param firstPlan finds the plan file that tells which computations the stages have
   */
  static SchedulerSetup withPlans(
      Scheduler.Factory factory, Runnable fileCheck, Path plans, Supplier<Path> firstPlan) {
    return new SchedulerSetup(
        factory, fileCheck, () -> SavedPlans.frontier(plans), SavedPlans.computations(firstPlan));
  }
}
