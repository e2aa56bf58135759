package perseus.control.server.job;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.Measurement;
import perseus.control.NewPlans;
import perseus.control.SchedulerChoice;
import perseus.io.UserError;
import perseus.parallel.Degrees;
import perseus.planfile.PlanCatalog;

/**
 * Holds the predicted iteration time and energy of each plan of a time-energy frontier. The
 * predicted energy of a plan is the sum over all ranks of the job.
 *
 * @param gpusPerStage number of GPUs per stage of the job
 * @param line for each plan of the frontier, the predicted iteration time in seconds and the
 *     predicted energy of all ranks in joules
 * @param allMax predicted iteration time and energy if all instructions run at the highest clock
 * @param simulated whether the plans were made for simulated GPUs
 */
record JobFrontier(
    int gpusPerStage, List<List<Double>> line, Measurement allMax, boolean simulated) {
  private static final Logger LOG = LoggerFactory.getLogger(JobFrontier.class);

  /**
   * Reads the time-energy frontier of a scheduler's plans, and converts its energies to the number
   * of GPUs of the job. The energies in the files of the frontier are sums over the profiled GPUs
   * of each stage. A stage of the job has dp * tp GPUs, where dp and tp are the degrees of data and
   * tensor parallelism. For example, if the job has 8 GPUs per stage and the profile has 2, the
   * energies are multiplied by 4.
   *
   * @return the time-energy frontier; null if there is none or if it cannot be read, which is
   *     logged
   */
  static JobFrontier of(SchedulerChoice choice, Degrees degrees) {
    try {
      SchedulerChoice.Frontier frontier = choice.frontier().read();
      if (frontier == null) {
        return null;
      }
      return of(degrees.dp() * degrees.tp(), frontier.catalog(), frontier.gpusPerStage());
    } catch (UserError e) {
      // The job continues without the time-energy frontier, because only the chart on the web page
      // needs it.
      LOG.warn("The chart of a job has no frontier: {}", e.getMessage());
      return null;
    }
  }

  /** Returns the time-energy frontier of new plans for the same job. */
  JobFrontier of(NewPlans plans) {
    return of(gpusPerStage, plans.catalog(), plans.gpusPerStage());
  }

  private static JobFrontier of(int gpusPerStage, PlanCatalog catalog, int profiledGpus) {
    double scale = (double) gpusPerStage / profiledGpus;
    List<List<Double>> line = new ArrayList<>();
    for (PlanCatalog.Entry plan : catalog.plans()) {
      line.add(List.of(plan.timeS(), plan.energyJ() * scale));
    }
    return new JobFrontier(
        gpusPerStage,
        line,
        new Measurement(catalog.allMax().timeS(), catalog.allMax().energyJ() * scale, 0),
        catalog.simulated());
  }
}
