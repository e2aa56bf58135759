package perseus.engine.virtual;

import java.util.ArrayList;
import java.util.List;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.GpuWork;
import perseus.model.StageWork;
import perseus.model.layer.KernelWork;
import perseus.model.layer.LayerWork;

/**
 * What a stage's instructions cost on one kind of GPU.
 *
 * @param forward work of a forward
 * @param backward work of a backward, with the recomputed forward where activations are
 *     checkpointed
 * @param recomputation work of a forward of the layers that checkpointing recomputes
 * @param pureBackward work of a backward alone
 * @param optimizerStep work of an optimizer step
 * @param loadSeconds time to load a microbatch; 0 where the stage loads none
 */
public record StageCosts(
    GpuWork forward,
    GpuWork backward,
    GpuWork recomputation,
    GpuWork pureBackward,
    GpuWork optimizerStep,
    double loadSeconds) {

  /**
   * @param allReduceSeconds time in which the GPUs that share a layer add up its output, or its
   *     input's gradient; 0 where none share it
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
      // Backward goes through the layers from the last to the first.
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

  /** A block's two all-reduces, one after attention and one after the feed-forward network. */
  private static KernelWork allReduces(GpuModel gpu, double seconds) {
    // To the SMs, waiting for the links is like waiting for the memory.
    return new KernelWork(0, 2 * seconds * gpu.memoryBytesPerSecond() * gpu.memoryEfficiency());
  }
}
