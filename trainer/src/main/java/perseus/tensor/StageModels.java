package perseus.tensor;

import ai.djl.Device;
import perseus.tensor.parameter.StageSpec;
import perseus.transport.TensorGroup;

/**
 * Builds stages of models from the layers' descriptions. There is no dropout: results are the same
 * for every partition and degree of parallelism, and a recomputed forward repeats the first.
 */
public final class StageModels {
  private StageModels() {}

  /**
   * Builds a stage and its parameters' initial values.
   *
   * @param spec the stage
   * @param device where its tensors live
   * @param tensorParallel the ranks that share its layers, as many as the batch's tensor-parallel
   *     degree
   */
  public static StageModel create(StageSpec spec, Device device, TensorGroup tensorParallel) {
    if (tensorParallel.size() != spec.batch().tensorParallelism()) {
      throw new IllegalArgumentException(
          "A group of %d ranks for tensor parallelism of %d"
              .formatted(tensorParallel.size(), spec.batch().tensorParallelism()));
    }
    return new TapedStage(spec, device, tensorParallel);
  }
}
