package perseus.planfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import perseus.io.JsonFiles;
import perseus.io.UserError;

/**
 * The file {@code plans.json}: the plans of a directory with the time and energy predicted for
 * each.
 *
 * <p>It holds everything that is needed to choose a plan for a {@link Goal}.
 *
 * @param schemaVersion version of the file's format, now 1
 * @param planner name of the planner that made the plans
 * @param schedule name of the pipeline schedule
 * @param stages number of stages
 * @param microbatches microbatches per iteration
 * @param blockingWatts blocking power of all GPUs of the pipeline together, in watts
 * @param switchCostS assumed duration of a change of clock, in seconds; null in files written
 *     before this field existed, which means 0
 * @param simulated whether energies come from a simulated GPU
 * @param allMax the iteration with all operations at the highest frequency
 * @param shortestTimeS shortest iteration time of any plan, in seconds
 * @param leastEnergyTimeS T*: iteration time at which the lower bound on energy is minimal, in
 *     seconds
 * @param leastEffectiveEnergyTimeS T_eps: iteration time at which effective energy is minimal, in
 *     seconds; slower plans waste energy even with a straggler
 * @param plans the plans in falling order of time
 */
public record PlanCatalog(
    int schemaVersion,
    String planner,
    String schedule,
    int stages,
    int microbatches,
    double blockingWatts,
    Double switchCostS,
    boolean simulated,
    Baseline allMax,
    double shortestTimeS,
    double leastEnergyTimeS,
    double leastEffectiveEnergyTimeS,
    List<Entry> plans) {

  public static final String FILE_NAME = "plans.json";
  public static final int SCHEMA_VERSION = 1;

  /**
   * The time and energy of an iteration to which plans are compared.
   *
   * @param timeS iteration time in seconds
   * @param energyJ iteration energy in joules
   */
  public record Baseline(double timeS, double energyJ) {}

  /**
   * A plan of the catalog.
   *
   * @param number number of the plan from 0; higher numbers have shorter iterations
   * @param file path of the plan file, relative to the directory of {@code plans.json}
   * @param timeS predicted iteration time in seconds
   * @param energyJ predicted iteration energy in joules
   * @param lowerBoundJ lower bound on the energy of all plans of this time, in joules
   * @param gap distance of the plan from the lower bound, as a fraction of the bound
   * @param clockChanges number of computations whose frequency differs from the previous
   *     computation of their rank; null in files written before this field existed
   * @param stragglerOnly whether the plan is slower than the plan of minimum energy, so that only a
   *     pipeline that waits for a straggler benefits from it
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Entry(
      int number,
      String file,
      double timeS,
      double energyJ,
      double lowerBoundJ,
      double gap,
      Integer clockChanges,
      boolean stragglerOnly) {}

  /**
   * Reads the catalog of a directory that {@code perseus-analyze} wrote.
   *
   * @throws UserError if there is no catalog, or it has another format
   */
  public static PlanCatalog read(Path directory) {
    Path file = directory.resolve(FILE_NAME);
    if (!Files.isDirectory(directory)) {
      throw new UserError(
          directory
              + (Files.exists(directory)
                  ? " is a file, not a directory that 'perseus-analyze plan' wrote."
                  : " does not exist."));
    }
    if (!Files.exists(file)) {
      throw new UserError(
          "%s contains no %s; make one with 'perseus-analyze plan ... -o %s'."
              .formatted(directory, FILE_NAME, directory));
    }
    PlanCatalog catalog = JsonFiles.read(file, PlanCatalog.class, "a catalog of plans");
    if (catalog.schemaVersion != SCHEMA_VERSION) {
      throw new UserError(
          "%s has schema_version %d, but this version of Perseus reads only %d."
              .formatted(file, catalog.schemaVersion, SCHEMA_VERSION));
    }
    if (catalog.plans == null || catalog.plans.isEmpty() || catalog.allMax == null) {
      throw new UserError(file + " is not a catalog of plans: it has no plans or no all_max.");
    }
    if (!isPositive(catalog.allMax.timeS, catalog.allMax.energyJ)
        || !(catalog.blockingWatts >= 0)) {
      throw new UserError(
          file
              + " needs in all_max a time_s and an energy_j above 0, and blocking_watts of at least"
              + " 0.");
    }
    for (int i = 0; i < catalog.plans.size(); i++) {
      Entry plan = catalog.plans.get(i);
      if (plan == null || plan.file == null || !isPositive(plan.timeS, plan.energyJ)) {
        throw new UserError(
            "%s: plans[%d] needs a file, and a time_s and an energy_j above 0.".formatted(file, i));
      }
    }
    return catalog;
  }

  /**
   * Returns the directory that a user means by a path: the parent if the path is a {@code
   * plans.json}, else the path itself.
   */
  public static Path directory(Path named) {
    if (!FILE_NAME.equals(String.valueOf(named.getFileName())) || !Files.isRegularFile(named)) {
      return named;
    }
    return named.getParent() == null ? Path.of(".") : named.getParent();
  }

  private static boolean isPositive(double timeS, double energyJ) {
    return timeS > 0 && energyJ > 0 && Double.isFinite(timeS) && Double.isFinite(energyJ);
  }

  /** Returns a catalog with other plans and otherwise the same values. */
  PlanCatalog withPlans(List<Entry> others) {
    return new PlanCatalog(
        schemaVersion,
        planner,
        schedule,
        stages,
        microbatches,
        blockingWatts,
        switchCostS,
        simulated,
        allMax,
        shortestTimeS,
        leastEnergyTimeS,
        leastEffectiveEnergyTimeS,
        others);
  }

  /** Returns 1 - energy / all-max energy, a fraction. */
  public double reduction(Entry plan) {
    return 1 - plan.energyJ() / allMax.energyJ();
  }

  /** Returns time / all-max time, a factor. */
  public double slowdown(Entry plan) {
    return plan.timeS() / allMax.timeS();
  }
}
