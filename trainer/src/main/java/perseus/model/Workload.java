package perseus.model;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import perseus.io.UserError;
import perseus.model.layer.Batch;
import perseus.model.layer.KernelWork;
import perseus.model.layer.Layer;
import perseus.model.resnet.ResNetStem;

/**
 * A model, partitioned, with the shape of its microbatches: what each stage has to do follows.
 *
 * @param model the model
 * @param partition its division into stages
 * @param batch the shape of a microbatch and the tensor-parallel degree
 */
public record Workload(Model model, Partition partition, Batch batch) {
  /**
   * @throws UserError if the model cannot take sequences that long, or tensor parallelism of that
   *     degree cannot divide it
   */
  public Workload {
    requirePositive("the microbatch size", batch.microbatchSize());
    requirePositive("--tp", batch.tensorParallelism());
    if (model.family() == Family.WIDE_RESNET) {
      if (batch.tensorParallelism() > 1) {
        throw new UserError(
            "--tp is %d but tensor parallelism is for transformers only, not for %s; use --dp or --pp"
                .formatted(batch.tensorParallelism(), model.name()));
      }
    } else {
      requirePositive("--seq_length", batch.sequenceLength());
      if (batch.sequenceLength() > model.maxSequenceLength()) {
        throw new UserError(
            "--seq_length is %d but %s has only %d positions"
                .formatted(batch.sequenceLength(), model.name(), model.maxSequenceLength()));
      }
    }
    model.layers().forEach(layer -> requireDivisible(model, layer, batch.tensorParallelism()));
  }

  /**
   * What each stage does to a microbatch.
   *
   * @param microbatchSize samples in a microbatch
   * @param sequenceLength tokens in a sample; not used for images
   * @param tp tensor-parallel degree
   * @throws UserError as the constructor
   */
  public static List<StageWork> stages(
      Model model, Partition partition, int microbatchSize, int sequenceLength, int tp) {
    return new Workload(model, partition, new Batch(microbatchSize, sequenceLength, tp)).stages();
  }

  /** What each stage does to a microbatch, on one of the GPUs that share it. */
  public List<StageWork> stages() {
    return IntStream.range(0, partition.stages()).mapToObj(this::stage).toList();
  }

  /**
   * What each stage's backward computes once more per microbatch under activation checkpointing, on
   * one of the GPUs that share it.
   */
  public List<KernelWork> recomputations() {
    return IntStream.range(0, partition.stages())
        .mapToObj(
            stage ->
                partition.layers(model, stage).stream()
                    .filter(Layer::isRecomputed)
                    .map(layer -> layer.work(batch).forward())
                    .reduce(KernelWork.NONE, KernelWork::plus))
        .toList();
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
    // An encoder-decoder model is given the tokens of both sequences.
    int sequences = model.family() == Family.T5 ? 2 : 1;
    return sequences * Layer.TOKEN_BYTES * batch.tokens();
  }

  private double labelBytes() {
    double labels = model.family() == Family.WIDE_RESNET ? batch.microbatchSize() : batch.tokens();
    return Layer.TOKEN_BYTES * labels;
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new UserError("%s is %d but must be at least 1".formatted(what, value));
    }
  }

  private static void requireDivisible(Model model, Layer layer, int tp) {
    // Sorted, so that the same mistake always gets the same sentence.
    new TreeMap<>(layer.tensorParallelDimensions())
        .forEach(
            (dimension, size) -> {
              if (size % tp != 0) {
                throw new UserError(
                    "--tp is %d but does not divide the %d %s of %s"
                        .formatted(tp, size, dimension, model.name()));
              }
            });
  }
}
