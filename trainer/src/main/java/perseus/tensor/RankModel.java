package perseus.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import perseus.model.layer.Layer;
import perseus.tensor.autograd.Kernels;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageParameters;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/**
 * Builds and holds the pipeline stages of a model that one rank trains. A rank trains one pipeline
 * stage, or several stages if the pipeline schedule is interleaved. If several stages of a rank use
 * the same parameter, the stages share one tensor.
 */
public final class RankModel implements AutoCloseable {
  private final NDManager manager;
  private final StageParameters parameters;
  private final List<StageModel> chunks;

  /**
   * Builds the pipeline stages of a rank with the initial values of their parameters.
   *
   * @param specs descriptions of the rank's stages, in the order of the model; the descriptions
   *     differ only in their layers
   * @param device the GPU or CPU that holds the tensors of the rank
   * @param tensorParallel the tensor-parallel ranks that share the layers of the stages
   * @throws IllegalArgumentException if {@code tensorParallel} has more or fewer ranks than the
   *     tensor-parallel degree in {@code specs}
   */
  public RankModel(List<StageSpec> specs, Device device, TensorGroup tensorParallel) {
    StageSpec first = specs.get(0);
    if (tensorParallel.size() != first.batch().tensorParallelism()) {
      throw new IllegalArgumentException(
          "The tensor-parallel group has %d ranks, but the tensor-parallel degree is %d."
              .formatted(tensorParallel.size(), first.batch().tensorParallelism()));
    }
    manager = DjlRuntime.newManager(device);
    List<Layer> layers = specs.stream().flatMap(spec -> spec.layers().stream()).toList();
    Kernels kernels = new Kernels(manager);
    parameters = StageParameters.initial(first, layers, manager, tensorParallel, kernels);
    chunks = new ArrayList<>();
    for (StageSpec spec : specs) {
      chunks.add(
          new TapedStage(
              spec,
              manager.newSubManager(),
              parameters.of(spec.layers()),
              tensorParallel,
              kernels));
    }
  }

  private RankModel(NDManager manager, StageParameters parameters, List<StageModel> chunks) {
    this.manager = manager;
    this.parameters = parameters;
    this.chunks = chunks;
  }

  /**
   * Returns a model that has the parameters of this model, but other stages. A new stage can, for
   * example, call the old stage and change its results. The caller closes either this model or the
   * returned model.
   *
   * @param replacement function that returns the new stage for a stage of this model
   */
  public RankModel withStages(UnaryOperator<StageModel> replacement) {
    return new RankModel(manager, parameters, chunks.stream().map(replacement).toList());
  }

  /** Returns the pipeline stages of the rank, in the order of the model. */
  public List<StageModel> chunks() {
    return List.copyOf(chunks);
  }

  /**
   * Returns the trained parameters of all stages of the rank. The returned list contains each
   * parameter once. The order of the parameters is the same on every data-parallel replica of the
   * rank.
   */
  public List<StageParameter> parameters() {
    return parameters.all();
  }

  /**
   * Returns the sum of the losses of all forwards since the previous call of this method (see
   * {@link StageModel#takeLoss()}). Only the model's last stage computes losses. If the rank does
   * not hold the last stage, the method returns NaN.
   */
  public double takeLoss() {
    return chunks.get(chunks.size() - 1).takeLoss();
  }

  /** Sets the loss scale of all stages of the rank; see {@link StageModel#setLossScale}. */
  public void setLossScale(double scale) {
    chunks.forEach(chunk -> chunk.setLossScale(scale));
  }

  /** Waits until the GPU (or CPU) has finished all operations of the rank. */
  public void synchronize() {
    chunks.get(0).synchronize();
  }

  @Override
  public void close() {
    chunks.forEach(StageModel::close);
    manager.close();
  }
}
