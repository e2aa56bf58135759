package perseus.gpu.nvml;

import java.util.Arrays;
import java.util.Optional;
import perseus.gpu.GpuException.Reason;

/**
 * Lists the error codes of NVML, each with its cause and a remedy for the user. The error codes are
 * defined by {@code nvmlReturn_t} in NVIDIA's header nvml.h.
 */
enum NvmlError {
  UNINITIALIZED(
      1,
      Reason.OTHER,
      "NVML has not been initialized",
      "This is an error in Perseus; please report it."),
  INVALID_ARGUMENT(
      2,
      Reason.OTHER,
      "the driver does not accept an argument",
      "Check with nvidia-smi that the GPU still exists, then start again."),
  NOT_SUPPORTED(
      3,
      Reason.NOT_SUPPORTED,
      "this GPU or its driver does not have this function",
      "Use another GPU or a newer driver."),
  NO_PERMISSION(
      4,
      Reason.NO_PERMISSION,
      "this process may not access the GPU",
      "Check the permissions of /dev/nvidia*, and which GPUs the container or the batch system gives to this process."),
  ALREADY_INITIALIZED(
      5,
      Reason.OTHER,
      "NVML has already been initialized",
      "This is an error in Perseus; please report it."),
  NOT_FOUND(
      6,
      Reason.OTHER,
      "the driver did not find the requested object",
      "Check with nvidia-smi that the GPU still exists, then start again."),
  INSUFFICIENT_SIZE(
      7,
      Reason.OTHER,
      "the driver returns more data than expected",
      "This is an error in Perseus; please report it together with the version of the driver."),
  INSUFFICIENT_POWER(
      8,
      Reason.GPU_LOST,
      "the external power cables of the GPU are not attached properly",
      "An administrator must check the cables of the GPU."),
  DRIVER_NOT_LOADED(
      9,
      Reason.NO_DRIVER,
      "the NVIDIA driver is not loaded",
      "Load it with 'sudo modprobe nvidia', or install it; in a container, give the container the host's GPUs"
          + " (docker run --gpus all)."),
  TIMEOUT(10, Reason.OTHER, "the driver did not answer in time", "Start again, and see dmesg."),
  IRQ_ISSUE(
      11,
      Reason.GPU_LOST,
      "the kernel does not receive the interrupts of the GPU",
      "An administrator must check the GPU; see dmesg."),
  LIBRARY_NOT_FOUND(
      12,
      Reason.NO_DRIVER,
      "NVML does not find another library of the driver",
      "Install the NVIDIA driver again; in a container, also check that NVIDIA_DRIVER_CAPABILITIES contains utility."),
  FUNCTION_NOT_FOUND(
      13,
      Reason.NOT_SUPPORTED,
      "the installed driver is too old for this function",
      "Install a newer driver."),
  CORRUPTED_INFOROM(
      14,
      Reason.OTHER,
      "the infoROM of the GPU is damaged",
      "An administrator must check the GPU; see 'nvidia-smi -q'."),
  GPU_IS_LOST(
      15,
      Reason.GPU_LOST,
      "the GPU does not answer any more",
      "An administrator must restart the host or reset the GPU; dmesg shows why it was lost (search for Xid)."),
  RESET_REQUIRED(
      16,
      Reason.GPU_LOST,
      "the GPU must be reset before it can be used again",
      "End all processes that use the GPU; then an administrator must run 'nvidia-smi --gpu-reset' or restart the host."),
  OPERATING_SYSTEM(
      17,
      Reason.NO_PERMISSION,
      "the operating system (its cgroups) blocks access to the GPU",
      "Ask the batch system or the container for this GPU."),
  LIB_RM_VERSION_MISMATCH(
      18,
      Reason.NO_DRIVER,
      "the loaded NVIDIA driver and the library NVML have different versions",
      "Restart the host after an update of the driver; in a container, use the NVML of the host's driver."),
  IN_USE(
      19,
      Reason.OTHER,
      "the GPU is in use by another program",
      "Wait until the other program has ended; nvidia-smi lists it."),
  MEMORY(20, Reason.OTHER, "there is not enough memory", "Free memory, then start again."),
  NO_DATA(21, Reason.OTHER, "the driver has no data yet", "Start again after a few seconds."),
  VGPU_ECC_NOT_SUPPORTED(
      22,
      Reason.NOT_SUPPORTED,
      "the function is not available while ECC is enabled on this virtual GPU",
      "Use a whole GPU."),
  INSUFFICIENT_RESOURCES(
      23,
      Reason.OTHER,
      "the driver lacks a resource other than memory",
      "End other programs that use the GPU, then start again."),
  FREQ_NOT_SUPPORTED(
      24,
      Reason.REFUSED,
      "the GPU does not have this clock",
      "Use a clock that 'nvidia-smi -q -d SUPPORTED_CLOCKS' lists."),
  ARGUMENT_VERSION_MISMATCH(
      25,
      Reason.NOT_SUPPORTED,
      "the driver does not know this version of the function",
      "Install a newer driver."),
  DEPRECATED(
      26,
      Reason.NOT_SUPPORTED,
      "the driver does not have this function any more",
      "Use an older driver, or a newer version of Perseus."),
  NOT_READY(27, Reason.OTHER, "the driver is not ready yet", "Start again after a few seconds."),
  GPU_NOT_FOUND(
      28,
      Reason.NO_DRIVER,
      "the driver found no GPU",
      "Check with nvidia-smi that the host has a GPU; in a container, give it the host's GPUs (docker run --gpus all)."),
  INVALID_STATE(
      29,
      Reason.OTHER,
      "the GPU is in a state in which the call is not possible",
      "See 'nvidia-smi -q' for the state of the GPU."),
  RESET_TYPE_NOT_SUPPORTED(
      30, Reason.NOT_SUPPORTED, "the GPU does not have this kind of reset", "Restart the host."),
  UNKNOWN(
      999,
      Reason.OTHER,
      "the driver reports an error that it does not know",
      "See dmesg for messages of the driver (search for NVRM and Xid); it may help to restart the host.");

  static final int SUCCESS = 0;

  private final int code;
  private final Reason reason;
  private final String cause;
  private final String remedy;

  NvmlError(int code, Reason reason, String cause, String remedy) {
    this.code = code;
    this.reason = reason;
    this.cause = cause;
    this.remedy = remedy;
  }

  static Optional<NvmlError> of(int code) {
    return Arrays.stream(values()).filter(error -> error.code == code).findFirst();
  }

  int code() {
    return code;
  }

  Reason reason() {
    return reason;
  }

  /** Returns the cause of the error as a part of a sentence, without a full stop. */
  String cause() {
    return cause;
  }

  /** Returns sentences that tell the user how to remove the cause of the error. */
  String remedy() {
    return remedy;
  }
}
