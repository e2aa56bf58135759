package perseus.rank;

import ai.djl.Device;
import ai.djl.engine.Engine;
import perseus.job.LocalSettings;
import perseus.tensor.runtime.DjlRuntime;

/** Chooses the DJL device that holds the tensors of a rank. */
final class TensorDevice {
  private TensorDevice() {}

  /**
   * Returns one of the node's GPUs, which its ranks share evenly, or the CPU if there is no GPU.
   */
  static Device of(int rank, LocalSettings local) {
    Device device = DjlRuntime.defaultDevice();
    return device.isGpu()
        ? Device.gpu(rank % local.ranks() % Engine.getEngine("PyTorch").getGpuCount())
        : device;
  }
}
