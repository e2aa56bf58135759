package perseus.planfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import perseus.io.JsonFiles;
import perseus.io.UserError;

/**
 * Holds the contents of {@code plans.json}: all plans of a directory, with the predicted time and
 * energy of each plan.
 *
 * <p>The catalog contains every value that is needed to choose a plan for a {@link Goal}.
 *
 * @param schemaVersion version of the file format, always 1
 * @param planner name of the planner that made the plans
 * @param schedule name of the pipeline schedule
 * @param stages number of stages
 * @param microbatches number of microbatches per iteration
 * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
 *     (blocking power)
 * @param switchCostS assumed longest duration of a change of clock in seconds; null means 0 (older files do
 *     not contain this value)
 * @param switchCostFile name of the file beside the catalog with the time of each change of clock;
 *     null if all changes take {@code switchCostS}
 * @param simulated whether the energies come from simulated GPUs
 * @param allMax time and energy of the iteration with every operation at the highest frequency
 * @param shortestTimeS shortest possible iteration time in seconds, if changes of clock take no
 *     time
 * @param leastEnergyTimeS T*: iteration time in seconds at which the lower bound on energy is
 *     minimal
 * @param leastEffectiveEnergyTimeS T_eps: iteration time in seconds at which effective energy
 *     (energy minus blocking power times time) is minimal; a slower plan always wastes energy
 * @param plans the plans, the slowest first
 */
public record PlanCatalog(
    int schemaVersion,
    String planner,
    String schedule,
    int stages,
    int microbatches,
    double blockingWatts,
    Double switchCostS,
    String switchCostFile,
    boolean simulated,
    Baseline allMax,
    double shortestTimeS,
    double leastEnergyTimeS,
    double leastEffectiveEnergyTimeS,
    List<Entry> plans) {

  public static final String FILE_NAME = "plans.json";
  public static final int SCHEMA_VERSION = 1;

  /**
   * Holds the time and energy of all-max (every operation at the highest frequency), with which
   * plans are compared.
   *
   * @param timeS iteration time in seconds
   * @param energyJ iteration energy in joules
   */
  public record Baseline(double timeS, double energyJ) {}

  /**
   * Describes one plan of the catalog.
   *
   * @param number number of the plan, from 0; a plan with a higher number has a shorter iteration
   *     time
   * @param file path of the plan file, relative to the directory of {@code plans.json}
   * @param timeS predicted iteration time in seconds
   * @param energyJ predicted iteration energy in joules
   * @param lowerBoundJ lower bound in joules on the energy of any plan with this iteration time
   * @param gap distance of the plan's energy above the lower bound, as a fraction of the bound
   * @param clockChanges number of computations whose frequency differs from the frequency of the
   *     previous computation on the same rank; null if the file does not contain this value
   * @param stragglerOnly whether the plan is slower than the plan of minimum energy, so that the
   *     plan is useful only while the pipeline waits for a straggler
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
   * @throws UserError if the directory has no catalog, or if the catalog has another format
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
   * Returns the directory of plans to which a path refers. If the path is a file {@code
   * plans.json}, the result is the parent directory of this file. For any other path, the result is
   * the path itself.
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

  /** Returns a copy of this catalog with other plans. */
  PlanCatalog withPlans(List<Entry> others) {
    return new PlanCatalog(
        schemaVersion,
        planner,
        schedule,
        stages,
        microbatches,
        blockingWatts,
        switchCostS,
        switchCostFile,
        simulated,
        allMax,
        shortestTimeS,
        leastEnergyTimeS,
        leastEffectiveEnergyTimeS,
        others);
  }

  /** Returns {@code 1 - energy / energy of all-max}: the fraction of energy that a plan saves. */
  public double reduction(Entry plan) {
    return 1 - plan.energyJ() / allMax.energyJ();
  }

  /**
   * Returns {@code time / time of all-max}: the iteration time of a plan as a multiple of all-max's
   * time.
   */
  public double slowdown(Entry plan) {
    return plan.timeS() / allMax.timeS();
  }
}
