package perseus.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

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
}
