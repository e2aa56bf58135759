package perseus.control;

import perseus.io.UserError;
import perseus.parallel.Degrees;

/**
 * A training job as a scheduler knows it.
 *
 * @param framework what trains, {@code perseus} for this project
 * @param modelName the model
 * @param partitionMethod as given to {@code --partition_method}
 * @param degrees degrees of parallelism
 * @param microbatchSize samples in a microbatch
 * @param numMicrobatches microbatches of one pipeline in an iteration
 */
public record JobInfo(
    String framework,
    String modelName,
    String partitionMethod,
    Degrees degrees,
    int microbatchSize,
    int numMicrobatches) {

  /**
   * @throws UserError if an iteration would compute nothing
   */
  public JobInfo {
    if (microbatchSize < 1 || numMicrobatches < 1) {
      throw new UserError(
          "A microbatch has at least one sample and an iteration at least one microbatch, not %d and %d."
              .formatted(microbatchSize, numMicrobatches));
    }
  }
}
