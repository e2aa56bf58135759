package perseus.gpu;

import java.util.List;
import perseus.io.UserError;

/**
 * Describes the GPUs of a job, which are all of the same model.
 *
 * @param name name by which users choose the GPUs, such as {@code nvml} or {@code sim:a100-pcie}
 * @param title name that the vendor gives to the GPU model
 * @param powerStates SM clocks in MHz from which a scheduler may choose, highest first; power
 *     limits in watts if {@code powerLimits} is true
 * @param powerSource name of the driver, such as {@code nvml}, if powers and energies are measured;
 *     {@link #SIMULATED} if they are simulated
 * @param driver version of the driver; null for simulated GPUs
 * @param clockControl value of the flag {@code --clock_control}; null for simulated GPUs
 * @param powerLimits whether the scheduler sets power limits instead of clocks
 */
public record GpuType(
    String name,
    String title,
    List<Integer> powerStates,
    String powerSource,
    String driver,
    String clockControl,
    boolean powerLimits) {
  /** The value of {@code powerSource} for simulated GPUs. */
  public static final String SIMULATED = "simulated";

  public GpuType {
    powerStates = List.copyOf(powerStates);
  }

  /**
   * Describes real GPUs.
   *
   * @param name name by which users choose the GPUs, such as {@code nvml}
   * @param gpus real GPUs of one model; the list contains at least one GPU
   * @param powerStates clocks in MHz or power limits in watts from which a scheduler may choose,
   *     highest first
   * @throws UserError if the GPUs are not all of the same model
   */
  public static GpuType ofReal(
      String name,
      List<GpuInfo> gpus,
      List<Integer> powerStates,
      String clockControl,
      boolean powerLimits) {
    GpuInfo first = gpus.get(0);
    for (GpuInfo other : gpus) {
      if (!other.name().equals(first.name()) || !other.clocksMhz().equals(first.clocksMhz())) {
        throw new UserError(
            "GPU %d is an %s and GPU %d an %s; select equal GPUs by CUDA_VISIBLE_DEVICES."
                .formatted(first.index(), first.name(), other.index(), other.name()));
      }
    }
    return new GpuType(
        name, first.name(), powerStates, name, first.driver(), clockControl, powerLimits);
  }

  /**
   * Returns the unit of {@link #powerStates}: {@code MHz} for clocks, {@code W} for power limits.
   */
  public String unit() {
    return powerLimits ? "W" : "MHz";
  }

  /** Returns true if the GPUs are real and the run sets none of their clocks. */
  public boolean setsNoClocks() {
    return "none".equals(clockControl);
  }

  public boolean simulated() {
    return powerSource.equals(SIMULATED);
  }
}
