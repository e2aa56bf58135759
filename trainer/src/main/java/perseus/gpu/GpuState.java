package perseus.gpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the temperature and the SM clock of a GPU at one time.
 *
 * @param temperatureCelsius temperature of the GPU in degrees Celsius
 * @param smMhz present SM clock in MHz
 * @param eventReasons NVML's bit mask of the reasons why the SM clock is below the requested clock;
 *     {@link #UNKNOWN_REASONS} if the driver does not report it
 */
public record GpuState(int temperatureCelsius, int smMhz, long eventReasons) {
  /** Value of {@link #eventReasons} if the driver does not report reasons. */
  public static final long UNKNOWN_REASONS = -1;

  private static final List<String> NAMES =
      List.of(
          "idle",
          "clocks set by a user",
          "software power cap",
          "hardware slowdown",
          "sync boost",
          "software thermal slowdown",
          "hardware thermal slowdown",
          "hardware power brake",
          "display clock");

  /**
   * Returns in words the reasons why the SM clock is below the requested clock; empty if there are
   * none or if they are unknown.
   */
  public List<String> reasons() {
    List<String> reasons = new ArrayList<>();
    for (int bit = 0; bit < Long.SIZE && eventReasons != UNKNOWN_REASONS; bit++) {
      if ((eventReasons >>> bit & 1) == 1) {
        reasons.add(bit < NAMES.size() ? NAMES.get(bit) : "reason " + bit);
      }
    }
    return reasons;
  }
}
