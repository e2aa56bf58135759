package perseus.gpu;

import java.util.List;
import perseus.io.UserError;

/**
 * Describes the GPUs of a job, which are all of the same model.
 *
 * @param name name by which users choose the GPUs, such as {@code nvml} or {@code sim:a100-pcie}
 * @param title name that the vendor gives to the GPU model
 * @param powerStates SM clocks in MHz from which a scheduler may choose, highest first. If {@code
 *     powerLimits} is true, these are power limits in watts instead of clocks.
 * @param powerSource source of the energy values: {@code nvml} for measured values, {@link
 *     #SIMULATED} for simulated values
 * @param driver version of the driver; null for simulated GPUs
 * @param clockControl how clocks are set, as users write it; null for simulated GPUs
 * @param powerLimits whether the run sets power limits instead of clocks
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
   * Returns the type of real GPUs.
   *
   * @param name name by which users choose the GPUs, such as {@code nvml}
   * @param gpus the GPUs, at least one
   * @param powerStates the clocks in MHz or power limits in watts from which a scheduler may
   *     choose, highest first
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
   * Returns {@code MHz} if a scheduler chooses clocks, and {@code W} if it chooses power limits.
   */
  public String unit() {
    return powerLimits ? "W" : "MHz";
  }

  /** Returns whether the run sets no clock of its real GPUs, so that they choose their clocks. */
  public boolean setsNoClocks() {
    return "none".equals(clockControl);
  }

  /** Returns whether the GPUs are simulated. */
  public boolean simulated() {
    return powerSource.equals(SIMULATED);
  }
}
