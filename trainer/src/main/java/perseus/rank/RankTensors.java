package perseus.rank;

import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.tensor.RankModel;
import perseus.tensor.data.TrainingData;
import perseus.transport.TensorGroup;

/** The stages, the training data and the optimizer of a rank. */
public interface RankTensors extends AutoCloseable {
  /** Returns the rank's stages. */
  RankModel model();

  /** Returns the source of the rank's microbatches; null if none of its stages loads data. */
  TrainingData data();

  /** Updates the parameters of the rank's stages with their gradients, and clears the gradients. */
  void update();

  @Override
  void close();

  /** Makes the tensors of a rank. An implementation has a public constructor without parameters. */
  interface Factory {
    /**
     * Makes the tensors of a rank.
     *
     * @param group the ranks that share the layers of this rank's stages
     */
    RankTensors create(int rank, JobSpec job, LocalSettings local, TensorGroup group);
  }
}
