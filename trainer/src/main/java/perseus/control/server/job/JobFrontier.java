package perseus.control.server.job;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import perseus.control.Measurement;
import perseus.control.SchedulerChoice;
import perseus.io.UserError;
import perseus.parallel.Degrees;
import perseus.planfile.PlanCatalog;

/**
 * What the plans' frontier predicts for a job as a whole.
 *
 * @param line iteration time in seconds and energy in joules of each plan
 * @param allMax everything at the highest frequency
 */
record JobFrontier(List<List<Double>> line, Measurement allMax) {
  private static final Logger LOG = LoggerFactory.getLogger(JobFrontier.class);

  /**
   * The frontier of a scheduler's plans. A catalog counts the GPUs per stage that were profiled;
   * the job has dp times tp.
   *
   * @return null where there is none
   */
  static JobFrontier of(SchedulerChoice choice, Degrees degrees) {
    try {
      SchedulerChoice.Frontier frontier = choice.frontier().read();
      if (frontier == null) {
        return null;
      }
      PlanCatalog catalog = frontier.catalog();
      double scale = (double) degrees.dp() * degrees.tp() / frontier.gpusPerStage();
      List<List<Double>> line = new ArrayList<>();
      for (PlanCatalog.Entry plan : catalog.plans()) {
        line.add(List.of(plan.timeS(), plan.energyJ() * scale));
      }
      return new JobFrontier(
          line, new Measurement(catalog.allMax().timeS(), catalog.allMax().energyJ() * scale, 0));
    } catch (UserError e) {
      // The chart lacks a line; the job does not need it.
      LOG.warn("No frontier to show: {}", e.getMessage());
      return null;
    }
  }
}
