package perseus.model;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.model.resnet.ResNetStem;

/**
 * Computes the work (floating-point operations and bytes) of each pipeline stage from a model, its
 * partition and the shape of a microbatch.
 *
 * @param model the model that the pipeline trains
 * @param partition partition of the model's layers into pipeline stages
 * @param batch shape of a microbatch, and the tensor-parallel degree
 */
public record Workload(Model model, Partition partition, Batch batch) {
  /**
   * Checks that the model can process microbatches of the given shape, and that its layers can be
   * divided among the tensor-parallel GPUs.
   *
   * @throws UserError if the microbatch does not fit the model, or if a dimension of a layer is not
   *     divisible by the tensor-parallel degree
   */
  public Workload {
    requirePositive("microbatch size", batch.microbatchSize());
    requirePositive("tensor-parallel degree", batch.tensorParallelism());
    if (model.family() == Family.WIDE_RESNET) {
      if (batch.tensorParallelism() > 1) {
        throw new UserError(
            "The tensor-parallel degree is %d, but tensor parallelism applies to transformers only, not to %s; use data or pipeline parallelism."
                .formatted(batch.tensorParallelism(), model.name()));
      }
    } else {
      requirePositive("sequence length", batch.sequenceLength());
      if (batch.sequenceLength() > model.maxSequenceLength()) {
        throw new UserError(
            "The sequence length is %d, but %s has only %d positions."
                .formatted(batch.sequenceLength(), model.name(), model.maxSequenceLength()));
      }
    }
    model.layers().forEach(layer -> requireDivisible(model, layer, batch.tensorParallelism()));
  }

  /**
   * Returns the work (floating-point operations and bytes) of each stage for one microbatch, on one
   * of the tensor-parallel GPUs that compute the stage.
   */
  public List<StageWork> stages() {
    return IntStream.range(0, partition.stages()).mapToObj(this::stage).toList();
  }

  private StageWork stage(int stage) {
    List<Layer> layers = partition.layers(model, stage);
    boolean last = stage == partition.stages() - 1;
    return new StageWork(
        layers.stream().map(layer -> layer.work(batch)).toList(),
        (stage == 0 ? sampleBytes() : 0) + (last ? labelBytes() : 0),
        last ? 0 : layers.get(layers.size() - 1).outputBytes(batch),
        Model.parametersPerGpu(layers, batch.tensorParallelism()));
  }

  private double sampleBytes() {
    if (model.layers().get(0) instanceof ResNetStem stem) {
      return stem.imageBytes(batch);
    }
    // In an encoder-decoder model, the first stage loads the tokens of the encoder and of the
    // decoder.
    int sequences = model.family() == Family.T5 ? 2 : 1;
    return sequences * Layer.TOKEN_BYTES * batch.tokens();
  }

  private double labelBytes() {
    double labels = model.family() == Family.WIDE_RESNET ? batch.microbatchSize() : batch.tokens();
    return Layer.TOKEN_BYTES * labels;
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new UserError("The %s is %d, but it must be at least 1.".formatted(name, value));
    }
  }

  private static void requireDivisible(Model model, Layer layer, int tp) {
    // The dimensions of the layer are sorted by name, so that the same error always gives the same
    // error message.
    new TreeMap<>(layer.tensorParallelDimensions())
        .forEach(
            (dimension, size) -> {
              if (size % tp != 0) {
                throw new UserError(
                    "The tensor-parallel degree is %d, but it does not divide the %d %s of %s."
                        .formatted(tp, size, dimension, model.name()));
              }
            });
  }
}
