package perseus.rank;

import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.tensor.RankModel;
import perseus.tensor.data.TrainingData;
import perseus.transport.TensorGroup;

/**
 * Provides the tensors of a rank: the stages that it computes, its training data, and its
 * optimizer.
 */
public interface RankTensors extends AutoCloseable {
  /** Returns the rank's stages. */
  RankModel model();

  /**
   * Returns the training data from which the rank loads its microbatches; null if no stage of the
   * rank loads data.
   */
  TrainingData data();

  /**
   * Runs an optimizer step: updates the parameters of the rank's stages with their gradients, and
   * then sets the gradients to 0.
   */
  void update();

  @Override
  void close();

  /**
   * Creates the tensors of ranks. An implementation must have a public constructor without
   * parameters.
   */
  interface Factory {
    /**
     * Creates the tensors of one rank.
     *
     * @param group the tensor-parallel group of this rank: the ranks that share the layers of its
     *     stages
     */
    RankTensors create(int rank, JobSpec job, LocalSettings local, TensorGroup group);
  }
}
