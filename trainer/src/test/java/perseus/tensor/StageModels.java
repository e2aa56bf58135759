package perseus.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import perseus.tensor.autograd.Kernels;
import perseus.tensor.parameter.StageParameters;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/** Builds single stages on the CPU for tests. */
final class StageModels {
  private StageModels() {}

  /**
   * Builds a stage with its parameters' initial values.
   *
   * @param tensorParallel the ranks that share the stage's layers
   */
  static StageModel create(StageSpec spec, TensorGroup tensorParallel) {
    NDManager manager = DjlRuntime.newManager(Device.cpu());
    Kernels kernels = new Kernels(manager);
    StageParameters parameters =
        StageParameters.initial(spec, spec.layers(), manager, tensorParallel, kernels);
    return new TapedStage(spec, manager, parameters, tensorParallel, kernels);
  }
}
