package perseus.rank;

import perseus.job.JobSpec;
import perseus.job.LocalSettings;
import perseus.tensor.RankModel;
import perseus.tensor.data.TrainingData;
import perseus.transport.TensorGroup;

/** What a rank computes with: its stages, its data, its optimizer. */
public interface RankTensors extends AutoCloseable {
  /** The rank's stages. */
  RankModel model();

  /** Where its microbatches come from. */
  TrainingData data();

  /** Updates the stages' parameters with their gradients, and clears these. */
  void update();

  @Override
  void close();

  /** Makes it; an implementation has a constructor without parameters. */
  interface Factory {
    /**
     * @param rank which rank it is for
     * @param group the ranks that share the stages' layers
     */
    RankTensors create(int rank, JobSpec job, LocalSettings local, TensorGroup group);
  }
}
