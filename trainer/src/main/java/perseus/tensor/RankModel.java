package perseus.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import perseus.model.layer.Layer;
import perseus.tensor.parameter.StageParameter;
import perseus.tensor.parameter.StageParameters;
import perseus.tensor.parameter.StageSpec;
import perseus.tensor.runtime.DjlRuntime;
import perseus.transport.TensorGroup;

/**
 * What one rank holds of a model: one stage, or several where the schedule interleaves. These share
 * the parameters that more than one of them uses.
 */
public final class RankModel implements AutoCloseable {
  private final NDManager manager;
  private final StageParameters parameters;
  private final List<StageModel> chunks = new ArrayList<>();

  /**
   * Builds a rank's stages and their parameters' initial values.
   *
   * @param specs the stages, in the model's order, which differ in nothing but their layers
   * @param device where their tensors live
   * @param tensorParallel the ranks that share their layers, as many as the batch's tensor-parallel
   *     degree
   */
  public RankModel(List<StageSpec> specs, Device device, TensorGroup tensorParallel) {
    StageSpec first = specs.get(0);
    if (tensorParallel.size() != first.batch().tensorParallelism()) {
      throw new IllegalArgumentException(
          "A group of %d ranks for tensor parallelism of %d"
              .formatted(tensorParallel.size(), first.batch().tensorParallelism()));
    }
    manager = DjlRuntime.newManager(device);
    List<Layer> layers = specs.stream().flatMap(spec -> spec.layers().stream()).toList();
    parameters = StageParameters.initial(first, layers, manager, tensorParallel);
    for (StageSpec spec : specs) {
      chunks.add(
          new TapedStage(
              spec, manager.newSubManager(), parameters.of(spec.layers()), tensorParallel));
    }
  }

  /** The stages, in the model's order. */
  public List<StageModel> chunks() {
    return List.copyOf(chunks);
  }

  /**
   * The trained tensors of all stages, each once, in an order that is the same on every replica.
   */
  public List<StageParameter> parameters() {
    return parameters.all();
  }

  /** The loss as {@link StageModel#takeLoss()} has it; NaN where no stage is the model's last. */
  public double takeLoss() {
    return chunks.get(chunks.size() - 1).takeLoss();
  }

  /** Waits until the device has done all that was asked of it. */
  public void synchronize() {
    chunks.get(0).synchronize();
  }

  @Override
  public void close() {
    chunks.forEach(StageModel::close);
    manager.close();
  }
}
