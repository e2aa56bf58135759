package perseus.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import perseus.io.UserError;

/** What a rank tells the scheduler about one step of its iteration; lower case in JSON. */
public enum PipeInstruction {
  LOAD,
  FORWARD,
  BACKWARD,
  P2P,
  CC,
  STEP,
  LOW,
  HIGH,
  OTHER,
  PURE_BACKWARD;

  /** The name in JSON. */
  @JsonValue
  public String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether plans choose its frequency. */
  public boolean isComputation() {
    return this == FORWARD || this == BACKWARD || this == PURE_BACKWARD;
  }

  /**
   * The computation of that name.
   *
   * @throws UserError if no computation is called so
   */
  public static PipeInstruction ofComputation(String name) {
    return Arrays.stream(values())
        .filter(instruction -> instruction.isComputation() && instruction.jsonName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UserError(
                    "A '%s' has no frequency here; forward, backward and pure_backward have one."
                        .formatted(name)));
  }
}
