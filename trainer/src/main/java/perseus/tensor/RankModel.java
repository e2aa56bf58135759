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
 * Builds and holds the part of a model that one rank trains. A rank has one stage, or several
 * stages if the schedule is interleaved. If several stages of the rank use the same parameter, they
 * share one tensor.
 */
public final class RankModel implements AutoCloseable {
  private final NDManager manager;
  private final StageParameters parameters;
  private final List<StageModel> chunks = new ArrayList<>();

  /**
   * Builds a rank's stages with the initial values of their parameters.
   *
   * @param specs descriptions of the stages, in the order of the model; they differ only in their
   *     layers
   * @param device the device that holds the tensors
   * @param tensorParallel the tensor-parallel ranks that share the layers
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
    parameters = StageParameters.initial(first, layers, manager, tensorParallel);
    for (StageSpec spec : specs) {
      chunks.add(
          new TapedStage(
              spec, manager.newSubManager(), parameters.of(spec.layers()), tensorParallel));
    }
  }

  /** Returns the stages of the rank, in the order of the model. */
  public List<StageModel> chunks() {
    return List.copyOf(chunks);
  }

  /**
   * Returns the trained parameters of all stages of the rank. Each parameter occurs once. The order
   * is the same on every data-parallel replica.
   */
  public List<StageParameter> parameters() {
    return parameters.all();
  }

  /**
   * Returns the sum of the losses since the previous call, as {@link StageModel#takeLoss()} does
   * for one stage. The result is NaN if the rank does not hold the model's last stage.
   */
  public double takeLoss() {
    return chunks.get(chunks.size() - 1).takeLoss();
  }

  /** Waits until the device has finished all operations of the rank. */
  public void synchronize() {
    chunks.get(0).synchronize();
  }

  @Override
  public void close() {
    chunks.forEach(StageModel::close);
    manager.close();
  }
}
