package perseus.gpu;

import java.util.List;

/**
 * Describes one real GPU.
 *
 * @param index index of the GPU in the order of the driver, from 0
 * @param uuid unique name of the GPU, such as {@code GPU-5ad6...}
 * @param pciBusId address of the GPU on the PCI bus, such as {@code 00000000:3B:00.0}
 * @param name name of the GPU model, such as {@code NVIDIA H200}
 * @param driver version of the GPU's driver
 * @param clocksMhz supported SM clocks in MHz at the highest memory clock, highest first; empty if
 *     they are unknown
 * @param powerLimits power limits of the GPU; null if the driver does not report them
 * @param energySource how the energy of the GPU is measured
 * @param computeCapability CUDA compute capability of the GPU, times 10, such as 90 for 9.0; 0 if
 *     it is unknown
 */
public record GpuInfo(
    int index,
    String uuid,
    String pciBusId,
    String name,
    String driver,
    List<Integer> clocksMhz,
    PowerLimits powerLimits,
    EnergySource energySource,
    int computeCapability) {

  /**
   * Holds the power limits of one GPU in watts.
   *
   * @param enforcedWatts the power limit that was in force when the GPU was opened
   * @param defaultWatts the power limit that the driver sets when it is loaded
   * @param minWatts the lowest power limit that can be set
   * @param maxWatts the highest power limit that can be set
   */
  public record PowerLimits(
      double enforcedWatts, double defaultWatts, double minWatts, double maxWatts) {}

  /** Lists the ways to measure the energy of a GPU. */
  public enum EnergySource {
    /** The GPU has a cumulative energy counter. */
    COUNTER,
    /**
     * The GPU has no energy counter, so its energy is the integral of its power samples over time.
     */
    SAMPLES,
    /** The energy of the GPU cannot be measured. */
    NONE
  }

  public GpuInfo {
    clocksMhz = List.copyOf(clocksMhz);
  }
}
