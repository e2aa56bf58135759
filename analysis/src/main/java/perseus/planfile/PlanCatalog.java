package perseus.planfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import perseus.io.JsonFiles;
import perseus.io.UserError;

/**
 * {@code plans.json}: the plans of a directory with what was predicted for each, in falling order
 * of time. Choosing a plan needs nothing else.
 *
 * @param schemaVersion version of this file's layout, now 1
 * @param planner which planner made them
 * @param schedule the pipeline schedule
 * @param stages number of stages
 * @param microbatches microbatches per iteration
 * @param blockingWatts power of all GPUs of the pipeline while they wait, in watts
 * @param switchCostS seconds that a change of clock was taken to cost; null in a file of before it
 *     could be given, which stands for 0
 * @param simulated whether energies come from a simulated GPU
 * @param allMax time and energy of all operations at the highest frequency
 * @param shortestTimeS the shortest makespan of any plan
 * @param leastEnergyTimeS T*: where the bound on energy is least
 * @param leastEffectiveEnergyTimeS T_eps: the slowest that is worth it, with a straggler
 * @param plans the plans
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
   * What a baseline takes.
   *
   * @param timeS iteration time in seconds
   * @param energyJ iteration energy in joules
   */
  public record Baseline(double timeS, double energyJ) {}

  /**
   * One plan.
   *
   * @param number its number; a higher one is a shorter iteration
   * @param file its file, relative to the directory of {@code plans.json}
   * @param timeS predicted iteration time in seconds
   * @param energyJ predicted iteration energy in joules
   * @param lowerBoundJ what no plan of that time can go below, in joules
   * @param gap how far the plan is above its bound, as a fraction of it
   * @param clockChanges computations of an iteration that run at another frequency than the one
   *     before them on their rank; null in a file of before they were counted
   * @param stragglerOnly whether it is slower than T*, so that it pays only for a pipeline that
   *     waits for a straggler
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
   * @throws UserError if there is none, or one that no plan can be chosen from
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
          "%s holds no %s; make one with 'perseus-analyze plan ... -o %s'."
              .formatted(directory, FILE_NAME, directory));
    }
    PlanCatalog catalog = JsonFiles.read(file, PlanCatalog.class, "a catalog of plans");
    if (catalog.schemaVersion != SCHEMA_VERSION) {
      throw new UserError(
          file + " has a schema_version that this version of Perseus does not read (it reads 1).");
    }
    if (catalog.plans == null || catalog.plans.isEmpty() || catalog.allMax == null) {
      throw new UserError(file + " is not a catalog of plans: it has no plans or no all_max.");
    }
    if (!isPositive(catalog.allMax.timeS, catalog.allMax.energyJ)
        || !(catalog.blockingWatts >= 0)) {
      throw new UserError(
          file
              + " needs a time_s and an energy_j above 0 in all_max, and blocking_watts from 0 up.");
    }
    for (Entry plan : catalog.plans) {
      if (plan == null || plan.file == null || !isPositive(plan.timeS, plan.energyJ)) {
        throw new UserError(
            file + " has a plan without a file, or without a time_s and an energy_j above 0.");
      }
    }
    return catalog;
  }

  /** The directory that a user means: that of {@code plans.json} where that file was named. */
  public static Path directory(Path named) {
    if (!FILE_NAME.equals(String.valueOf(named.getFileName())) || !Files.isRegularFile(named)) {
      return named;
    }
    return named.getParent() == null ? Path.of(".") : named.getParent();
  }

  private static boolean isPositive(double timeS, double energyJ) {
    return timeS > 0 && energyJ > 0 && Double.isFinite(timeS) && Double.isFinite(energyJ);
  }

  /** These figures with other plans. */
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

  /** 1 - energy / all-max energy, a fraction. */
  public double reduction(Entry plan) {
    return 1 - plan.energyJ() / allMax.energyJ();
  }

  /** time / all-max time, a factor. */
  public double slowdown(Entry plan) {
    return plan.timeS() / allMax.timeS();
  }
}
