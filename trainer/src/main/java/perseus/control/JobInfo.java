package perseus.control;

import perseus.io.UserError;
import perseus.parallel.Degrees;

/**
 * Describes a training job to a scheduler, which chooses the power states (clocks or power limits)
 * of the job's GPUs.
 *
 * @param framework name of the training framework, such as {@code perseus}
 * @param modelName name of the model that the job trains
 * @param partitionMethod method that splits the model into stages, such as {@code uniform}
 * @param degrees degrees of pipeline, data and tensor parallelism of the job
 * @param microbatchSize number of samples in a microbatch
 * @param numMicrobatches number of microbatches that one pipeline processes in an iteration
 * @param reports whether the job's ranks report their measured times and energies to the scheduler.
 *     Ranks that report no measurements may fetch only one frequency schedule, and use it for the
 *     whole training.
 * @param simulated whether the job's GPUs, and therefore all its times and energies, are simulated
 */
public record JobInfo(
    String framework,
    String modelName,
    String partitionMethod,
    Degrees degrees,
    int microbatchSize,
    int numMicrobatches,
    boolean reports,
    boolean simulated) {

  /**
   * @throws UserError if the microbatch size or the number of microbatches is below 1
   */
  public JobInfo {
    if (microbatchSize < 1 || numMicrobatches < 1) {
      throw new UserError(
          "The microbatch size and the number of microbatches must be at least 1, not %d and %d."
              .formatted(microbatchSize, numMicrobatches));
    }
  }

  /** Describes a job on real GPUs. Its ranks report their times and energies. */
  public JobInfo(
      String framework,
      String modelName,
      String partitionMethod,
      Degrees degrees,
      int microbatchSize,
      int numMicrobatches) {
    this(
        framework,
        modelName,
        partitionMethod,
        degrees,
        microbatchSize,
        numMicrobatches,
        true,
        false);
  }

  /** Returns a copy of the job description that says whether the GPUs are simulated. */
  public JobInfo onGpus(boolean areSimulated) {
    return new JobInfo(
        framework,
        modelName,
        partitionMethod,
        degrees,
        microbatchSize,
        numMicrobatches,
        reports,
        areSimulated);
  }

  /**
   * Returns whether {@link #modelName} is the name of a model, and not an arbitrary text. Clients
   * with the HTTP dialect of Zeus give no partition method. Their model name may be any text.
   */
  public boolean namesModel() {
    return !partitionMethod.isEmpty() && !modelName.isBlank();
  }
}
