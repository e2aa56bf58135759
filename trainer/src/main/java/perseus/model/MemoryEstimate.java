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
 * What one rank has to hold, in bytes: exact for what training keeps per parameter, an estimate for
 * activations.
 *
 * @param parameterBytes float32 parameters
 * @param gradientBytes their accumulated gradients
 * @param optimizerBytes AdamW's two moments
 * @param activationBytes what backwards still need at the fullest moment of an iteration
 */
public record MemoryEstimate(
    double parameterBytes, double gradientBytes, double optimizerBytes, double activationBytes) {

  /**
   * The memory of a rank.
   *
   * <p>What backwards still need is followed through the rank's iteration: a forward adds what its
   * stage keeps, its backward takes that away. With activation checkpointing a stage keeps the
   * inputs of its recomputed layers, and a backward expands one of them at a time, an early
   * recomputation all of them; without, it keeps everything.
   *
   * @param workload the model, cut into as many stages as all ranks have
   * @param schedule in which order the rank computes
   * @param rank its place in the pipeline, from 0
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
    double most = 0;
    for (Step step : schedule.rankSteps(rank, ranks, microbatches)) {
      StageMemory stage = stages.get(step.stage());
      Instruction instruction = step.instruction();
      if (instruction.equals(Instruction.FORWARD)) {
        kept += stage.keptBytes;
        most = Math.max(most, kept);
      } else if (instruction.equals(Instruction.RECOMPUTATION)) {
        most = Math.max(most, kept + stage.recomputedBytes);
      } else {
        most = Math.max(most, kept + stage.largestBytes);
        kept -= stage.keptBytes;
      }
    }
    double parameters =
        (double) Layer.FLOAT_BYTES
            * Model.parametersPerGpu(layers, workload.batch().tensorParallelism());
    return new MemoryEstimate(parameters, parameters, 2 * parameters, most);
  }

  /**
   * What a stage needs for a microbatch, in bytes.
   *
   * @param keptBytes from its forward to its backward
   * @param recomputedBytes what its recomputed layers expand to
   * @param largestBytes what the largest of them expands to
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
          int before = first + i - 1;
          kept += before < 0 ? 0 : workload.model().layers().get(before).outputBytes(batch);
          recomputed += expanded;
          largest = Math.max(largest, expanded);
        } else {
          kept += expanded;
        }
      }
      return new StageMemory(kept, recomputed, largest);
    }
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
