package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** A source of microbatches. The same index gives the same data on every rank and in every run. */
public interface TrainingData {
  /**
   * Loads a microbatch.
   *
   * @param index index of the microbatch in the whole training run, from 0; it counts over
   *     iterations, pipelines and microbatches
   * @param manager owns the tensors
   * @return inputs and labels; the forward of a stage uses those that it needs
   * @throws perseus.io.UserError if a file cannot be read
   */
  NDList microbatch(long index, NDManager manager);
}
