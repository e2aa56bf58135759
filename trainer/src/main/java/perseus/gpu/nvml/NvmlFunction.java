package perseus.gpu.nvml;

import java.util.List;

/**
 * Lists the NVML functions that this project calls, each with the names of its versions, newest
 * first. A driver contains only those versions of a function that existed when the driver was
 * published. All listed versions of a function take the same arguments. The bytes 16 to 27 of the
 * struct that {@code nvmlDeviceGetPciInfo} fills are the same in all its versions.
 *
 * <p>Source: NVIDIA, NVML API Reference, and the header nvml.h of CUDA 12.
 */
enum NvmlFunction {
  INIT("nvmlInit_v2", "nvmlInit"),
  DRIVER_VERSION("nvmlSystemGetDriverVersion"),
  COUNT("nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"),
  HANDLE("nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"),
  NAME("nvmlDeviceGetName"),
  UUID("nvmlDeviceGetUUID"),
  PCI_INFO("nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2", "nvmlDeviceGetPciInfo"),
  COMPUTE_CAPABILITY("nvmlDeviceGetCudaComputeCapability"),
  MEMORY("nvmlDeviceGetMemoryInfo"),
  MIG_MODE("nvmlDeviceGetMigMode"),
  PERSISTENCE_MODE("nvmlDeviceGetPersistenceMode"),
  TEMPERATURE("nvmlDeviceGetTemperature"),
  CLOCK("nvmlDeviceGetClockInfo"),
  CLOCK_REASONS(
      "nvmlDeviceGetCurrentClocksEventReasons", "nvmlDeviceGetCurrentClocksThrottleReasons"),
  MEMORY_CLOCKS("nvmlDeviceGetSupportedMemoryClocks"),
  GRAPHICS_CLOCKS("nvmlDeviceGetSupportedGraphicsClocks"),
  ENFORCED_POWER_LIMIT("nvmlDeviceGetEnforcedPowerLimit"),
  DEFAULT_POWER_LIMIT("nvmlDeviceGetPowerManagementDefaultLimit"),
  POWER_LIMIT_RANGE("nvmlDeviceGetPowerManagementLimitConstraints"),
  ENERGY("nvmlDeviceGetTotalEnergyConsumption"),
  SAMPLES("nvmlDeviceGetSamples"),
  LOCK_CLOCKS("nvmlDeviceSetGpuLockedClocks"),
  RESET_CLOCKS("nvmlDeviceResetGpuLockedClocks"),
  SET_POWER_LIMIT("nvmlDeviceSetPowerManagementLimit");

  private final List<String> names;

  NvmlFunction(String... names) {
    this.names = List.of(names);
  }

  /** Returns the names of all versions of the function, newest first. */
  List<String> names() {
    return names;
  }

  /**
   * Returns whether the NVML function changes the state of a GPU, such as its clock or its power
   * limit.
   */
  boolean changesSetting() {
    return this == LOCK_CLOCKS || this == RESET_CLOCKS || this == SET_POWER_LIMIT;
  }
}
