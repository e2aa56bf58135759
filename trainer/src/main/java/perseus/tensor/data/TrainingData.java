package perseus.tensor.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

/** Where microbatches come from. Equal numbers give equal data, on every rank and in every run. */
public interface TrainingData {
  /**
   * Loads a microbatch: inputs and labels, of which a stage's forward takes what it needs.
   *
   * @param index the microbatch's place in the whole training run, from 0: over iterations,
   *     pipelines and microbatches
   * @param manager owns the tensors
   */
  NDList microbatch(long index, NDManager manager);
}
