package perseus.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import perseus.io.Named;

/** Names the two kinds of power states that a scheduler can set: clocks and power limits. */
public enum Mode {
  /** In the mode {@code FREQUENCY}, the power states of a scheduler are locked SM clocks in MHz. */
  FREQUENCY("frequency", "MHz"),
  /** In the mode {@code POWER_LIMIT}, the power states of a scheduler are power limits in watts. */
  POWER_LIMIT("power limit", "W");

  private final String title;
  private final String unit;

  Mode(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  /** Returns the unit of the power states: {@code MHz} or {@code W}. */
  public String unit() {
    return unit;
  }

  /**
   * Finds a mode by its name. Spaces, underscores and dashes in the name of a mode are equivalent.
   * Upper-case and lower-case letters in the name of a mode are equivalent.
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
