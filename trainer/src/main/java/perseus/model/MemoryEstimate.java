package perseus.model;

import java.util.List;

/**
 * What one GPU of a stage has to hold, in bytes: exact for what training keeps per parameter, an
 * estimate for activations.
 *
 * @param parameterBytes float32 parameters
 * @param gradientBytes their accumulated gradients
 * @param optimizerBytes AdamW's two moments
 * @param activationBytes what backwards still need at the fullest moment of a 1F1B iteration
 */
public record MemoryEstimate(
    double parameterBytes, double gradientBytes, double optimizerBytes, double activationBytes) {

  /**
   * The memory of a stage.
   *
   * <p>Under 1F1B, stage s of S has forwarded S - s microbatches (or all) before its first
   * backward. With activation checkpointing each of them keeps the inputs of its recomputed layers,
   * and one layer at a time is expanded; without, each keeps everything.
   *
   * @param workload the model and the shape of its microbatches
   * @param stage the stage, from 0
   * @param microbatches microbatches of an iteration
   * @param checkpointing whether the backward recomputes activations
   */
  public static MemoryEstimate of(
      Workload workload, int stage, int microbatches, boolean checkpointing) {
    Partition partition = workload.partition();
    Batch batch = workload.batch();
    List<Layer> layers = partition.layers(workload.model(), stage);
    int inFlight = Math.min(partition.stages() - stage, microbatches);
    int first = partition.boundaries().get(stage);
    double kept = 0;
    double largest = 0;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      double expanded = expandedBytes(layer, batch);
      if (checkpointing && layer.isRecomputed()) {
        int before = first + i - 1;
        kept += before < 0 ? 0 : workload.model().layers().get(before).outputBytes(batch);
        largest = Math.max(largest, expanded);
      } else {
        kept += expanded;
      }
    }
    double parameters =
        (double) Layer.FLOAT_BYTES * Model.parametersPerGpu(layers, batch.tensorParallelism());
    return new MemoryEstimate(parameters, parameters, 2 * parameters, inFlight * kept + largest);
  }

  /** Everything together, in bytes; a framework's own context and fragmentation come on top. */
  public double totalBytes() {
    return parameterBytes + gradientBytes + optimizerBytes + activationBytes;
  }

  /**
   * What an unfused layer keeps for its backward: about half of what its kernels move, since each
   * reads what an earlier one wrote, and what they write is kept.
   */
  private static double expandedBytes(Layer layer, Batch batch) {
    return layer.work(batch).forward().memoryBytes() / 2;
  }
}
