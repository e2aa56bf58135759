package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Defines a source of training data, which loads one microbatch at a time. The same index of a
 * microbatch gives the same data on every rank and in every run.
 */
public interface TrainingData {
  /**
   * Loads a microbatch.
   *
   * @param index index of the microbatch, counted from 0 over all iterations and pipelines of the
   *     training run
   * @param manager manager that will own the tensors
   * @return tensors of inputs and labels; the forward of a stage uses only the tensors that it
   *     needs
   * @throws perseus.io.UserError if a file cannot be read
   */
  NDList microbatch(long index, NDManager manager);
}
