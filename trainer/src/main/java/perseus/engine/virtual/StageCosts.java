package perseus.engine.virtual;

import java.util.ArrayList;
import java.util.List;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.GpuWork;
import perseus.model.StageWork;
import perseus.model.layer.KernelWork;
import perseus.model.layer.LayerWork;

/**
 * Work of a stage's instructions on one model of GPU.
 *
 * @param forward work of a forward
 * @param backward work of a backward, including the recomputed forward under activation
 *     checkpointing
 * @param recomputation work of recomputing the forward under activation checkpointing
 * @param pureBackward work of a backward without recomputation
 * @param optimizerStep work of an optimizer step
 * @param loadSeconds time to load a microbatch of training data; 0 if the stage loads none
 */
public record StageCosts(
    GpuWork forward,
    GpuWork backward,
    GpuWork recomputation,
    GpuWork pureBackward,
    GpuWork optimizerStep,
    double loadSeconds) {

  /**
   * Computes the work of a stage's instructions.
   *
   * @param allReduceSeconds time in which the tensor-parallel GPUs sum the output of a layer, or
   *     the gradient of its input; 0 without tensor parallelism
   */
  public static StageCosts of(
      StageWork stage, GpuModel gpu, boolean activationCheckpointing, double allReduceSeconds) {
    List<KernelWork> forward = new ArrayList<>();
    List<KernelWork> backward = new ArrayList<>();
    List<KernelWork> recomputation = new ArrayList<>();
    List<KernelWork> pureBackward = new ArrayList<>();
    for (LayerWork layer : stage.layers()) {
      KernelWork shared =
          layer.forward().matmulFlops() > 0 ? allReduces(gpu, allReduceSeconds) : KernelWork.NONE;
      KernelWork layerForward = layer.forward().plus(shared);
      forward.add(layerForward);
      KernelWork recomputed =
          activationCheckpointing && layer.recomputed() ? layerForward : KernelWork.NONE;
      recomputation.add(recomputed);
      // A backward visits the layers from the last to the first.
      pureBackward.add(0, layer.backward().plus(shared));
      backward.add(0, layer.backward().plus(shared).plus(recomputed));
    }
    return new StageCosts(
        new GpuWork(gpu, forward),
        new GpuWork(gpu, backward),
        new GpuWork(gpu, recomputation),
        new GpuWork(gpu, pureBackward),
        new GpuWork(gpu, List.of(stage.optimizerStep())),
        stage.inputBytes() > 0 ? gpu.interconnect().loadSeconds(stage.inputBytes()) : 0);
  }

  /** The two all-reduces of a block: after attention and after the feed-forward network. */
  private static KernelWork allReduces(GpuModel gpu, double seconds) {
    // Modelled as memory-bound work: the SMs wait for the links as they wait for memory.
    return new KernelWork(0, 2 * seconds * gpu.memoryBytesPerSecond() * gpu.memoryEfficiency());
  }
}
