package perseus.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import perseus.model.layer.Batch;
import perseus.model.layer.Layer;
import perseus.pipeline.Instruction;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Step;

/**
 * Estimate of the memory that one rank needs, in bytes. It is exact for parameters, gradients and
 * optimizer, and approximate for activations.
 *
 * @param parameterBytes float32 parameters
 * @param gradientBytes accumulated float32 gradients of the parameters
 * @param optimizerBytes the two moments of AdamW
 * @param activationBytes maximum over an iteration of the activations that are kept for backwards
 */
public record MemoryEstimate(
    double parameterBytes, double gradientBytes, double optimizerBytes, double activationBytes) {

  /**
   * Estimates the memory of a rank.
   *
   * <p>The activations are added up along the rank's iteration: a forward adds what its stage
   * keeps, and the backward of the same microbatch frees it. With activation checkpointing, a stage
   * keeps only the inputs of its recomputed layers; a backward recomputes one layer at a time, and
   * an early recomputation all of them at once. Without checkpointing, a stage keeps all
   * activations.
   *
   * @param workload the model, partitioned into the stages of all ranks together
   * @param schedule the order in which the rank computes
   * @param rank position in the pipeline, from 0
   * @param microbatches microbatches of an iteration
   * @param checkpointing whether the backward recomputes activations
   */
  public static MemoryEstimate of(
      Workload workload,
      PipelineSchedule schedule,
      int rank,
      int microbatches,
      boolean checkpointing) {
    int ranks = workload.partition().stages() / schedule.virtualStages();
    Map<Integer, StageMemory> stages = new HashMap<>();
    List<Layer> layers = new ArrayList<>();
    for (int stage = rank; stage < workload.partition().stages(); stage += ranks) {
      stages.put(stage, StageMemory.of(workload, stage, checkpointing));
      layers.addAll(workload.partition().layers(workload.model(), stage));
    }
    double kept = 0;
    double maximum = 0;
    for (Step step : schedule.rankSteps(rank, ranks, microbatches)) {
      StageMemory stage = stages.get(step.stage());
      Instruction instruction = step.instruction();
      if (instruction.equals(Instruction.FORWARD)) {
        kept += stage.keptBytes;
        maximum = Math.max(maximum, kept);
      } else if (instruction.equals(Instruction.RECOMPUTATION)) {
        maximum = Math.max(maximum, kept + stage.recomputedBytes);
      } else {
        maximum = Math.max(maximum, kept + stage.largestBytes);
        kept -= stage.keptBytes;
      }
    }
    double parameters =
        (double) Layer.FLOAT_BYTES
            * Model.parametersPerGpu(layers, workload.batch().tensorParallelism());
    return new MemoryEstimate(parameters, parameters, 2 * parameters, maximum);
  }

  /**
   * Activations of one microbatch in one stage, in bytes.
   *
   * @param keptBytes kept from the forward to the backward
   * @param recomputedBytes activations of all recomputed layers
   * @param largestBytes activations of the recomputed layer that has most
   */
  private record StageMemory(double keptBytes, double recomputedBytes, double largestBytes) {
    static StageMemory of(Workload workload, int stage, boolean checkpointing) {
      Batch batch = workload.batch();
      List<Layer> layers = workload.partition().layers(workload.model(), stage);
      int first = workload.partition().boundaries().get(stage);
      double kept = 0;
      double recomputed = 0;
      double largest = 0;
      for (int i = 0; i < layers.size(); i++) {
        Layer layer = layers.get(i);
        double expanded = expandedBytes(layer, batch);
        if (checkpointing && layer.isRecomputed()) {
          int previous = first + i - 1;
          kept += previous < 0 ? 0 : workload.model().layers().get(previous).outputBytes(batch);
          recomputed += expanded;
          largest = Math.max(largest, expanded);
        } else {
          kept += expanded;
        }
      }
      return new StageMemory(kept, recomputed, largest);
    }
  }

  /**
   * The sum of all parts, in bytes. It does not include the framework's own memory and
   * fragmentation.
   */
  public double totalBytes() {
    return parameterBytes + gradientBytes + optimizerBytes + activationBytes;
  }

  /**
   * Bytes of all activations of a layer without fused kernels: about half of the bytes that its
   * forward moves, because what a kernel writes is kept, and another kernel reads it.
   */
  private static double expandedBytes(Layer layer, Batch batch) {
    return layer.work(batch).forward().memoryBytes() / 2;
  }
}
