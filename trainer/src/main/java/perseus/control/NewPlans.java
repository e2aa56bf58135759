package perseus.control;

import java.nio.file.Path;
import java.util.function.Consumer;
import perseus.planfile.PlanCatalog;

/**
 * Holds the frequency plans that a scheduler has made while its job runs.
 *
 * @param number how many times the scheduler has made new plans so far, including these plans
 * @param catalog the new plans with their predicted times and energies
 * @param gpusPerStage number of GPUs of one stage; a predicted energy is the sum over these GPUs
 * @param writer function that writes the new plans into a new directory, in the format of {@code
 *     perseus-analyze plan}. The function {@code writer} throws a {@link perseus.io.UserError} if a
 *     file cannot be written.
 */
public record NewPlans(int number, PlanCatalog catalog, int gpusPerStage, Consumer<Path> writer) {
  /**
   * Beginning of the name of a directory with new plans in a state dump (JSON files with schedules
   * and results).
   */
  public static final String PREFIX = "replanned-";

  /**
   * Returns the name of the directory with the new plans, which is part of the job's state dump.
   */
  public static String directory(int number) {
    return PREFIX + number;
  }
}
