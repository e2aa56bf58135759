package perseus.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import perseus.io.Named;

/** Names the two kinds of power states that a scheduler can set: clocks and power limits. */
public enum Mode {
  /** The scheduler sets SM clocks in MHz. */
  FREQUENCY("frequency", "MHz"),
  /** The scheduler sets power limits in watts. */
  POWER_LIMIT("power limit", "W");

  private final String title;
  private final String unit;

  Mode(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  /**
   * Returns the unit of the values that the scheduler sets: {@code MHz} for clocks, {@code W} for
   * power limits.
   */
  public String unit() {
    return unit;
  }

  /**
   * Finds a mode by its name, such as {@code power_limit}. Spaces, underscores and dashes in the
   * given name are equivalent. Upper-case and lower-case letters in the given name are equivalent.
   *
   * @throws perseus.io.UserError if no mode has this name
   */
  public static Mode of(String name) {
    return Arrays.stream(values())
        .filter(mode -> mode.title.equalsIgnoreCase(name.replace('_', ' ').replace('-', ' ')))
        .findFirst()
        .orElseThrow(
            () ->
                Named.unknown(
                    "mode", name, Arrays.stream(values()).map(mode -> mode.title).toList()));
  }

  @JsonValue
  @Override
  public String toString() {
    return title;
  }
}
