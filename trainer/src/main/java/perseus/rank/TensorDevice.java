package perseus.rank;

import ai.djl.Device;
import ai.djl.engine.Engine;
import perseus.job.LocalSettings;
import perseus.tensor.runtime.DjlRuntime;

/** Chooses the DJL device (GPU or CPU) that stores the tensors of a rank. */
final class TensorDevice {
  private TensorDevice() {}

  /**
   * Returns one of the node's GPUs, or the CPU if the node has no GPU. The ranks of a node are
   * distributed evenly over its GPUs.
   */
  static Device of(int rank, LocalSettings local) {
    Device device = DjlRuntime.defaultDevice();
    return device.isGpu()
        ? Device.gpu(rank % local.ranks() % Engine.getEngine("PyTorch").getGpuCount())
        : device;
  }
}
