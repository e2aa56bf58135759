package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.List;
import perseus.chart.PlanCharts;
import perseus.io.UserError;
import perseus.pipeline.JsonSchedule;
import perseus.pipeline.Schedule;
import perseus.pipeline.Schedules;
import perseus.planfile.PlanCatalog;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/**
 * A directory that {@code perseus-analyze plan} wrote: its plans, and what is needed to plan anew.
 *
 * @param catalog its plans
 * @param profile the profile that they were planned from, scaled as it was
 * @param problem what they are plans of
 */
record PlannedDirectory(PlanCatalog catalog, StageProfile profile, PlanningProblem problem) {
  /** The file that holds a schedule given operation by operation. */
  static final String DAG = "dag.json";

  /** The name that {@link JsonSchedule} goes by. */
  private static final String DAG_SCHEDULE = "dag";

  /**
   * Reads a directory.
   *
   * @throws UserError if it lacks a file or one of them is not what it should be
   */
  static PlannedDirectory read(Path directory) {
    PlanCatalog catalog = PlanCatalog.read(directory);
    Path csv = directory.resolve("profile.csv");
    StageProfile profile = StageProfile.read(csv);
    List<Double> watts = profile.notes().stageBlockingWatts();
    if (watts == null || watts.size() != profile.stages()) {
      throw new UserError(
          csv + " has no profile.json beside it with a blocking power per stage; plan again.");
    }
    Schedule schedule =
        DAG_SCHEDULE.equals(catalog.schedule())
            ? JsonSchedule.read(directory.resolve(DAG))
            : Schedules.of(catalog.schedule());
    return new PlannedDirectory(
        catalog,
        profile,
        PlanningProblem.of(
                profile,
                schedule,
                catalog.microbatches(),
                watts.stream().mapToDouble(Double::doubleValue).toArray())
            .withSwitchCost(catalog.switchCostS() == null ? 0 : catalog.switchCostS()));
  }

  /** The charts of what was planned. */
  PlanCharts charts() {
    return new PlanCharts(profile, problem);
  }
}
