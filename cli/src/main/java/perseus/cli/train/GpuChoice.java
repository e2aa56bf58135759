package perseus.cli.train;

import java.util.List;
import java.util.Map;
import perseus.gpu.GpuInfo;
import perseus.gpu.GpuType;
import perseus.gpu.sim.SimulatedGpus;

/**
 * Holds the GPUs of a run on this node.
 *
 * @param type the GPU model and its clocks
 * @param perRank the real GPU of each rank on this node; empty if GPUs are simulated
 * @param freeBytes bytes of free memory on the GPU of each rank on this node; empty if free memory
 *     need not be checked
 * @param samples whether all GPUs report power samples
 * @param device where tensors are computed: {@code cpu}, {@code cuda} or {@code auto}
 * @param environment environment variables that ranks need to find PyTorch for CUDA
 * @param explanation a sentence that tells the user why these GPUs were chosen; null if the user
 *     needs none
 */
record GpuChoice(
    GpuType type,
    List<GpuInfo> perRank,
    List<Long> freeBytes,
    boolean samples,
    String device,
    Map<String, String> environment,
    String explanation) {
  static GpuChoice simulated(
      String name, String device, Map<String, String> environment, String explanation) {
    GpuType type = SimulatedGpus.named(name).type();
    return new GpuChoice(type, List.of(), List.of(), true, device, environment, explanation);
  }
}
