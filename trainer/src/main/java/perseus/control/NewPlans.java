package perseus.control;

import java.nio.file.Path;
import java.util.function.Consumer;
import perseus.planfile.PlanCatalog;

/**
 * Holds plans that a scheduler has made while its job runs.
 *
 * @param number number of this set of plans; the first set that the scheduler has made has the
 *     number 1
 * @param catalog the plans with their predicted times and energies
 * @param gpusPerStage number of GPUs per stage over which the predicted energies are summed
 * @param writer function that writes the plans into a new directory with the given path, as {@code
 *     perseus-analyze plan} does. The function throws a {@link perseus.io.UserError} if a file
 *     cannot be written
 */
public record NewPlans(int number, PlanCatalog catalog, int gpusPerStage, Consumer<Path> writer) {
  /** Prefix of the name of a directory with new plans in a state dump. */
  public static final String PREFIX = "replanned-";

  /**
   * Returns the name of the directory that contains the set of plans with the given number in the
   * state dump of a job.
   */
  public static String directory(int number) {
    return PREFIX + number;
  }
}
