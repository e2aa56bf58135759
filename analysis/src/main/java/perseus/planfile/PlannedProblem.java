package perseus.planfile;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import perseus.io.UserError;
import perseus.pipeline.IterationDag;
import perseus.pipeline.RecordedSchedule;
import perseus.pipeline.Schedule;
import perseus.pipeline.Schedules;
import perseus.pipeline.dagfile.JsonSchedule;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.problem.SwitchCost;
import perseus.profile.ProfileNotes;
import perseus.profile.StageProfile;

/**
 * Holds the planning problem that the plans of a directory solve. The files of the directory
 * contain the problem, so that a planner can solve it again.
 *
 * @param directory directory that contains the plans
 * @param catalog the plans of the directory, from {@code plans.json}
 * @param profile stage profile from which the plans were made, from {@code profile.csv}. If the
 *     user scaled the times or energies, the profile contains the scaled values.
 * @param problem planning problem that the plans of the directory solve
 */
public record PlannedProblem(
    Path directory, PlanCatalog catalog, StageProfile profile, PlanningProblem problem) {
  /**
   * Name of the file with the pipeline schedule, if the user gave the schedule as a list of
   * operations.
   */
  public static final String DAG_FILE_NAME = "dag.json";

  /** Name of the file with the stage profile from which the plans were made. */
  public static final String PROFILE_FILE_NAME = "profile.csv";

  /**
   * Name of the pipeline schedule in {@code plans.json}, if the user gave the schedule as a list of
   * operations.
   */
  private static final String DAG_SCHEDULE = "dag";

  /**
   * Reads the planning problem from a directory of plans that {@code perseus-analyze} wrote.
   *
   * @throws UserError if a file of the directory is missing or has an unknown format
   */
  public static PlannedProblem read(Path directory) {
    PlanCatalog catalog = PlanCatalog.read(directory);
    Path csv = directory.resolve(PROFILE_FILE_NAME);
    StageProfile profile = StageProfile.read(csv);
    List<Double> watts = profile.notes().stageBlockingWatts();
    boolean perStage = watts != null && watts.size() == profile.stages();
    if (!perStage && profile.notes().blockingWatts() == null) {
      throw new UserError(
          csv
              + " needs a profile.json beside it with the blocking power of each stage; plan"
              + " again to write it.");
    }
    Schedule schedule =
        DAG_SCHEDULE.equals(catalog.schedule())
            ? JsonSchedule.read(directory.resolve(DAG_FILE_NAME))
            : RecordedSchedule.NAME.equals(catalog.schedule())
                ? profile.notes().schedule()
                : Schedules.of(catalog.schedule());
    if (schedule == null) {
      throw otherProfile(directory, "it has no recorded schedule, but plans.json names one");
    }
    PlanningProblem problem =
        PlanningProblem.of(profile, schedule, catalog.microbatches())
            .withSwitchCost(switchCost(directory, catalog))
            .withMinDwell(catalog.minDwellS() == null ? 0 : catalog.minDwellS());
    Plan allMax = Plan.allMax(problem);
    if (PlanCatalog.differ(allMax.timeSeconds(), catalog.allMax().timeS())
        || PlanCatalog.differ(allMax.energyJoules(), catalog.allMax().energyJ())) {
      throw otherProfile(
          directory,
          "with it, all-max takes %s s and %s J, but plans.json says %s s and %s J"
              .formatted(
                  allMax.timeSeconds(),
                  allMax.energyJoules(),
                  catalog.allMax().timeS(),
                  catalog.allMax().energyJ()));
    }
    return new PlannedProblem(directory, catalog, profile, problem);
  }

  /**
   * Checks that the plans of a directory were made from the profile beside them. A later analysis
   * can have replaced the profile, but not the plans. The method does nothing if the directory has
   * no profile.
   *
   * @throws UserError if the plans were made from another profile, or if a file of the directory
   *     has an unknown format
   */
  public static void requireOwnProfile(Path directory) {
    if (Files.exists(directory.resolve(PROFILE_FILE_NAME))) {
      read(directory);
    }
  }

  /**
   * Returns the directory that contains {@code plans.json} for the plans at a path; null if there
   * is none. The directory is {@code path} itself, or one of the two directories above it.
   *
   * @param path path of a plan file, of a directory with plan files, or of an output directory
   */
  public static Path directoryOfPlans(Path path) {
    Path absolute = path.toAbsolutePath();
    for (Path directory = absolute;
        directory != null && directory.getNameCount() + 2 >= absolute.getNameCount();
        directory = directory.getParent()) {
      if (Files.exists(directory.resolve(PlanCatalog.FILE_NAME))) {
        return directory;
      }
    }
    return null;
  }

  /**
   * Reads the catalog of plans from a directory that {@code perseus-analyze} wrote.
   *
   * @throws UserError if the plans were made from another profile than the one beside them, or if a
   *     file of the directory has an unknown format
   */
  public static PlanCatalog catalog(Path directory) {
    requireOwnProfile(directory);
    return PlanCatalog.read(directory);
  }

  private static UserError otherProfile(Path directory, String reason) {
    return new UserError(
        "%s is not the profile of the plans in %s: %s. Plan again."
            .formatted(directory.resolve(PROFILE_FILE_NAME), directory, reason));
  }

  /** Returns the number of GPUs of the pipeline. A GPU that executes several stages counts once. */
  public int gpus() {
    IterationDag dag = problem.dag();
    int gpus = 0;
    for (int lane = 0; lane < dag.lanes(); lane++) {
      gpus += profile.gpus(dag.operations().get(dag.laneOperations(lane)[0]).stage());
    }
    return gpus;
  }

  /**
   * Returns the name of the model that was profiled for the plans of a directory; empty if the
   * directory does not contain the name.
   *
   * @throws UserError if the notes of the profile cannot be read
   */
  static Optional<String> model(Path directory) {
    return Files.exists(directory.resolve(PROFILE_FILE_NAME))
        ? ProfileNotes.model(directory.resolve(PROFILE_FILE_NAME))
        : Optional.empty();
  }

  private static SwitchCost switchCost(Path directory, PlanCatalog catalog) {
    if (catalog.switchCostFile() != null) {
      return SwitchCostFile.read(directory.resolve(SwitchCostFile.FILE_NAME));
    }
    return SwitchCost.of(catalog.switchCostS() == null ? 0 : catalog.switchCostS());
  }

  /**
   * Returns the path of the plan file with a given number. The plan file at the returned path need
   * not exist.
   */
  public Path planFile(int number) {
    return directory.resolve(PlanDirectory.PLANS).resolve(PlanFile.name(number));
  }
}
