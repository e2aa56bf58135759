package perseus.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import perseus.io.UserError;

/**
 * Names the kinds of steps in a rank's iteration. A rank registers the sequence of its steps with a
 * scheduler.
 */
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

  /** The instructions whose power state a frequency plan chooses. */
  public static final List<PipeInstruction> COMPUTATIONS =
      List.of(FORWARD, BACKWARD, PURE_BACKWARD);

  private final String jsonName = name().toLowerCase(Locale.ROOT);

  /** Returns the name of the instruction in JSON, which is in lower case. */
  @JsonValue
  public String jsonName() {
    return jsonName;
  }

  /** Returns whether a frequency plan chooses the power state of this instruction. */
  public boolean isComputation() {
    return COMPUTATIONS.contains(this);
  }

  /**
   * Finds an instruction by its name in JSON. The result is empty if no instruction has this name.
   */
  public static Optional<PipeInstruction> named(String jsonName) {
    return Arrays.stream(values())
        .filter(instruction -> instruction.jsonName.equals(jsonName))
        .findFirst();
  }

  /**
   * Finds a computation by its name in JSON.
   *
   * @throws UserError if no computation has this name
   */
  public static PipeInstruction ofComputation(String jsonName) {
    return named(jsonName)
        .filter(PipeInstruction::isComputation)
        .orElseThrow(
            () ->
                new UserError(
                    "'%s' is not a computation; there are forward, backward and pure_backward."
                        .formatted(jsonName)));
  }
}
