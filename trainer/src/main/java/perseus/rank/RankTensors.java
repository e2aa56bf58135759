package perseus.rank;

import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.tensor.AdamW;
import perseus.tensor.LossScaler;
import perseus.tensor.RankModel;
import perseus.tensor.data.TrainingData;
import perseus.transport.TensorGroup;

/**
 * Holds the objects with which a rank trains: its pipeline stages, its training data and its
 * optimizer. The settings of a node name a class that implements {@link Factory} and creates these
 * objects.
 */
public interface RankTensors extends AutoCloseable {
  RankModel model();

  AdamW optimizer();

  /**
   * Returns the training data from which the rank loads its microbatches; null if no stage of the
   * rank loads data.
   */
  TrainingData data();

  /**
   * Returns the object that scales the loss, so that small gradients do not become zero; null if
   * the loss is not scaled.
   */
  LossScaler lossScaler();

  /**
   * Runs an optimizer step: updates the parameters of the rank's stages with their gradients, and
   * then sets the gradients to 0.
   */
  void update();

  @Override
  void close();

  /**
   * Creates the stages, the training data and the optimizer of a rank. A class that implements
   * {@code Factory} must have a public constructor without parameters.
   */
  interface Factory {
    /**
     * Creates the stages, the training data and the optimizer of one rank.
     *
     * @param group the tensor-parallel group of this rank: all ranks that hold a shard of the same
     *     layers
     */
    RankTensors create(int rank, JobSpec job, LocalSettings local, TensorGroup group);
  }
}
