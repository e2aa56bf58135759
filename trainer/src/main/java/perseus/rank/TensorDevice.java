package perseus.rank;

import ai.djl.Device;
import ai.djl.engine.Engine;
import perseus.io.UserError;
import perseus.job.LocalSettings;
import perseus.tensor.runtime.DjlRuntime;

/** Chooses the DJL device (GPU or CPU) that stores the tensors of a rank. */
final class TensorDevice {
  private TensorDevice() {}

  /**
   * Returns the device on which a rank computes: one of the GPUs that this process sees, or the
   * CPU. If a process sees several GPUs, the ranks of a node are distributed evenly over them.
   *
   * @param choice where tensors are computed: {@code cpu}, {@code cuda} or {@code auto}
   * @throws UserError if {@code choice} is {@code cuda} and PyTorch finds no GPU
   */
  static Device of(String choice, int rank, LocalSettings local) {
    if (choice.equals("cpu")) {
      return Device.cpu();
    }
    Device device = DjlRuntime.defaultDevice();
    if (choice.equals("cuda") && !device.isGpu()) {
      throw new UserError(
          "PyTorch finds no GPU for rank %d, although --device cuda or --gpu nvml needs one. Compare the version of the driver (nvidia-smi) with the CUDA version of PyTorch."
              .formatted(rank));
    }
    return device.isGpu()
        ? Device.gpu(rank % local.ranks() % Engine.getEngine("PyTorch").getGpuCount())
        : device;
  }
}
