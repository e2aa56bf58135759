package perseus.gpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the state of a GPU at one time.
 *
 * @param temperatureCelsius temperature of the GPU in degrees Celsius
 * @param smMhz SM clock in force, in MHz
 * @param eventReasons bit mask of NVML ({@code nvmlClocksEventReason...}) with the reasons why the
 *     SM clock is lower than the requested clock; 0 if there is no reason; {@link #UNKNOWN_REASONS}
 *     if the driver does not report reasons
 */
public record GpuState(int temperatureCelsius, int smMhz, long eventReasons) {
  /** Value of {@link #eventReasons} if the driver does not report reasons. */
  public static final long UNKNOWN_REASONS = -1;

  /** The names of the bits of {@link #eventReasons}, from the lowest bit. */
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
   * Returns the reasons in words; empty if there is no reason or if the driver does not report
   * reasons.
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
