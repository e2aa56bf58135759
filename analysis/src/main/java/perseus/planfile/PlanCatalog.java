package perseus.planfile;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import perseus.io.JsonFiles;
import perseus.io.UserError;
import perseus.io.kind.PathKind;
import perseus.io.kind.WrongPath;

/**
 * Holds the contents of {@code plans.json}: all plans of a directory, with the predicted iteration
 * time and energy of each plan.
 *
 * <p>The catalog contains every value that is needed to choose a plan for a {@link Goal}.
 *
 * @param schemaVersion version of the format of {@code plans.json}, always 1
 * @param planner name of the planner that made the plans
 * @param schedule name of the pipeline schedule
 * @param stages number of stages of the pipeline
 * @param microbatches number of microbatches per iteration
 * @param blockingWatts power in watts of all GPUs of the pipeline together while they wait
 *     (blocking power)
 * @param switchCostS longest duration in seconds that the plans assume for a clock change; null in
 *     older files, which means 0
 * @param switchCostFile name of the file with the duration of each clock change; null if all clock
 *     changes take {@code switchCostS}
 * @param minDwellS minimum time in seconds for which the plans hold every clock; null in older
 *     files, which means 0
 * @param simulated whether the energies of the plans come from simulated GPUs
 * @param allMax time and energy of all-max, the iteration with every operation at the highest
 *     frequency
 * @param shortestTimeS shortest possible iteration time of any plan in seconds, if clock changes
 *     take no time
 * @param leastEnergyTimeS iteration time in seconds at which the lower bound on energy is minimal
 * @param leastEffectiveEnergyTimeS longest useful iteration time in seconds. According to the lower
 *     bound on energy, slower plans waste energy even while the pipeline waits for a straggler (a
 *     slower pipeline).
 * @param plans the plans of the directory in order of falling iteration time
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
    Double minDwellS,
    boolean simulated,
    Baseline allMax,
    double shortestTimeS,
    double leastEnergyTimeS,
    double leastEffectiveEnergyTimeS,
    List<Entry> plans) {

  public static final String FILE_NAME = "plans.json";
  public static final int SCHEMA_VERSION = 1;

  /**
   * Name of the directory inside a recording into which {@code perseus-analyze} writes plans, if
   * the user names no other directory.
   */
  public static final String INSIDE_A_RECORDING = "analysis";

  /**
   * Holds the iteration time and energy of all-max (every operation at the highest frequency).
   *
   * @param timeS iteration time in seconds with every operation at the highest frequency
   * @param energyJ iteration energy in joules with every operation at the highest frequency
   */
  public record Baseline(double timeS, double energyJ) {}

  /**
   * Describes one plan of the catalog: its file, its predicted time and energy, and its distance
   * from the lower bound on energy.
   *
   * @param number number of the plan, from 0; a plan with a higher number has a shorter iteration
   *     time
   * @param file path of the plan file, relative to the directory of {@code plans.json}
   * @param timeS predicted iteration time in seconds
   * @param energyJ predicted iteration energy in joules
   * @param lowerBoundJ lower bound in joules on the energy of any plan that has the iteration time
   *     of this plan
   * @param gap difference between the plan's energy and the lower bound on energy, as a fraction of
   *     the lower bound
   * @param clockChanges number of clock changes between consecutive computations of a rank; null if
   *     {@code plans.json} does not contain this number
   * @param stragglerOnly whether the plan is slower than the plan of minimum energy, and is useful
   *     only while the pipeline waits for a slower pipeline
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
      boolean stragglerOnly) {

    /**
     * Returns the path of the plan file.
     *
     * @param directory directory that contains the catalog
     * @throws UserError if the file does not exist, or predicts another iteration time or energy
     *     than the catalog
     */
    public Path planFile(Path directory) {
      Path path = directory.resolve(file);
      if (!Files.exists(path)) {
        throw new UserError(
            "The plan %s does not exist, although plans.json names it; plan again."
                .formatted(path));
      }
      PlanFile.prediction(path)
          .filter(p -> differ(p.timeSeconds(), timeS) || differ(p.energyJoules(), energyJ))
          .ifPresent(
              p -> {
                throw new UserError(
                    "%s predicts %s s and %s J, but plans.json beside it says %s s and %s J: the files are of different plans. Plan again."
                        .formatted(path, p.timeSeconds(), p.energyJoules(), timeS, energyJ));
              });
      return path;
    }
  }

  /**
   * Maximum relative difference between two written numbers that count as the same value, because
   * written numbers are rounded.
   */
  private static final double ROUNDING = 1e-4;

  static boolean differ(double one, double other) {
    return Math.abs(one - other) > ROUNDING * Math.abs(other);
  }

  /**
   * Reads the catalog of plans from a directory that {@code perseus-analyze} wrote.
   *
   * @throws UserError if the directory has no catalog of plans, or if the catalog has an unknown
   *     format
   */
  public static PlanCatalog read(Path directory) {
    Path file = directory.resolve(FILE_NAME);
    if (!Files.isDirectory(directory)) {
      throw new UserError(
          Files.exists(directory)
              ? WrongPath.sentence(directory, "a directory of plans", PathKind.PLANS)
              : directory + " does not exist.");
    }
    if (!Files.exists(file)) {
      throw new UserError(
          WrongPath.sentence(
              directory, "a directory of plans with a %s".formatted(FILE_NAME), PathKind.PLANS));
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
   * Returns the path of the directory of plans that the user named. The path {@code named} may be
   * the directory or its file {@code plans.json}.
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

  /** Returns a copy of this catalog that lists other plans. */
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
        minDwellS,
        simulated,
        allMax,
        shortestTimeS,
        leastEnergyTimeS,
        leastEffectiveEnergyTimeS,
        others);
  }

  /**
   * Returns the fraction of energy that a plan saves compared to every operation at the highest
   * frequency.
   */
  public double reduction(Entry plan) {
    return 1 - plan.energyJ() / allMax.energyJ();
  }

  /**
   * Returns the iteration time of a plan divided by the iteration time with every operation at the
   * highest frequency.
   */
  public double slowdown(Entry plan) {
    return plan.timeS() / allMax.timeS();
  }
}
