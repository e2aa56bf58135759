package perseus.engine.virtual;

import java.util.ArrayList;
import java.util.List;
import perseus.gpu.sim.GpuModel;
import perseus.gpu.sim.GpuWork;
import perseus.model.StageWork;
import perseus.model.layer.KernelWork;
import perseus.model.layer.LayerWork;

/**
 * Holds the work of each instruction of a pipeline stage for one microbatch. The simulation
 * computes the time and energy of an instruction from its work: computations and memory accesses.
 *
 * @param forward work of a forward
 * @param backward work of a backward; with activation checkpointing, this work includes the
 *     recomputation of the forward
 * @param recomputation work of a recomputation of the forward; 0 without activation checkpointing
 * @param pureBackward work of a backward without recomputation
 * @param optimizerStep work of one optimizer step
 * @param loadSeconds time in seconds to load the training data of one microbatch; 0 if the stage
 *     loads no training data
 */
public record StageCosts(
    GpuWork forward,
    GpuWork backward,
    GpuWork recomputation,
    GpuWork pureBackward,
    GpuWork optimizerStep,
    double loadSeconds) {

  /**
   * Computes the work of each instruction of a pipeline stage.
   *
   * @param allReduceSeconds time in seconds of one all-reduce in the tensor-parallel group; 0
   *     without tensor parallelism. An all-reduce in the tensor-parallel group sums the output of a
   *     layer, or the gradient of the layer's input.
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
      // A backward visits the layers in reverse order, so each layer is added at the front of the
      // list.
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

  /**
   * Returns the work of the two all-reduces of a transformer block: one after attention and one
   * after the feed-forward network.
   */
  private static KernelWork allReduces(GpuModel gpu, double seconds) {
    // The simulation treats an all-reduce as memory accesses, because the multiprocessors of a GPU
    // wait for other GPUs as they wait for memory.
    return new KernelWork(0, 2 * seconds * gpu.memoryBytesPerSecond() * gpu.memoryEfficiency());
  }
}
