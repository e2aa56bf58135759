package perseus.control;

import java.nio.file.Path;
import java.util.function.Consumer;
import perseus.planfile.PlanCatalog;

/**
 * Holds plans that a scheduler has made while its job runs.
 *
 * @param number number of the plans among all that the scheduler has made, from 1
 * @param catalog the plans with their predicted times and energies
 * @param gpusPerStage number of GPUs per stage whose energy the predicted energies contain
 * @param writer writes a directory of plans to a path, as {@code perseus-analyze plan} does; it
 *     throws a {@link perseus.io.UserError} if a file cannot be written
 */
public record NewPlans(int number, PlanCatalog catalog, int gpusPerStage, Consumer<Path> writer) {
  /** Start of the names of directories of new plans in state dumps. */
  public static final String PREFIX = "replanned-";

  /** Returns the name of the directory of plans with a number in the state dump of a job. */
  public static String directory(int number) {
    return PREFIX + number;
  }
}
