package perseus.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import perseus.io.UserError;

/** What the numbers of a schedule are. */
public enum Mode {
  /** Locked SM clocks in MHz. */
  FREQUENCY("frequency"),
  /** Power limits in watts. */
  POWER_LIMIT("power limit");

  private final String title;

  Mode(String title) {
    this.title = title;
  }

  /**
   * The mode of that name, as in {@code PERSEUS_MODE}.
   *
   * @throws UserError if there is none
   */
  public static Mode of(String name) {
    return Arrays.stream(values())
        .filter(mode -> mode.title.equalsIgnoreCase(name.replace('_', ' ').replace('-', ' ')))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "Unknown mode '%s'; there are 'frequency' and 'power limit'.".formatted(name)));
  }

  @JsonValue
  @Override
  public String toString() {
    return title;
  }
}
