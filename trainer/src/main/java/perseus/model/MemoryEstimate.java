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
 * Estimates the memory in bytes that one rank needs. The estimated memory is exact for parameters,
 * gradients and optimizer state, and approximate for activations.
 *
 * @param parameterBytes bytes of the float32 parameters that the rank holds
 * @param gradientBytes bytes of the accumulated float32 gradients of the rank's parameters
 * @param optimizerBytes bytes of the first and second moments of the optimizer AdamW
 * @param activationBytes largest number of bytes of activations that are in memory at the same time
 *     during an iteration
 */
public record MemoryEstimate(
    double parameterBytes, double gradientBytes, double optimizerBytes, double activationBytes) {

  /**
   * Estimates the memory in bytes that one rank of a pipeline needs.
   *
   * <p>To find the largest memory for activations, the method goes through the rank's instructions
   * in one iteration, in order of execution. A forward adds the activations that its stage keeps in
   * memory, and the backward of the same microbatch frees these activations. Without activation
   * checkpointing, a stage keeps all activations from the forward to the backward. With activation
   * checkpointing, a stage keeps the inputs of its recomputed layers, and all activations of its
   * other layers. With activation checkpointing, a backward recomputes the activations of one layer
   * at a time. An early recomputation is a separate instruction that runs before the backward and
   * recomputes all layers of the stage together.
   *
   * @param workload the model, its partition into the stages of a pipeline, and the shape of a
   *     microbatch
   * @param schedule the pipeline schedule, which determines the order of the rank's instructions
   * @param rank position of the rank in the pipeline, counted from 0
   * @param microbatches number of microbatches in an iteration
   * @param checkpointing whether each backward first recomputes the activations of the forward of
   *     the same microbatch
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
   * Holds the sizes in bytes of the activations of one microbatch in one stage.
   *
   * @param keptBytes bytes of the activations that the stage keeps from the forward to the backward
   * @param recomputedBytes bytes of the activations of all layers that the stage recomputes
   * @param largestBytes largest number of bytes of activations of a single recomputed layer
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
   * Returns the estimated memory of the rank in bytes: parameters, gradients, optimizer state and
   * activations. The estimate does not include memory that the framework itself uses or that is
   * lost by fragmentation.
   */
  public double totalBytes() {
    return parameterBytes + gradientBytes + optimizerBytes + activationBytes;
  }

  /**
   * Estimates the bytes of all activations of a layer. One GPU kernel writes each activation and
   * another GPU kernel reads it, so a forward moves about twice the bytes of its activations.
   */
  private static double expandedBytes(Layer layer, Batch batch) {
    return layer.work(batch).forward().memoryBytes() / 2;
  }
}
