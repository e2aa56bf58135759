package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/**
 * Defines a source of training data, which loads one microbatch at a time. A microbatch with the
 * same index has the same data on every rank and in every run.
 */
public interface TrainingData {
  /**
   * Loads the training data of one microbatch.
   *
   * @param index index of the microbatch among all microbatches of the training run, over all
   *     iterations and pipelines; the first microbatch has the index 0
   * @param manager manager that will own the tensors of the microbatch
   * @return tensors of inputs and labels of the microbatch; the forward of a stage uses only the
   *     tensors that it needs
   * @throws perseus.io.UserError if a file of the training data cannot be read
   */
  NDList microbatch(long index, NDManager manager);
}
