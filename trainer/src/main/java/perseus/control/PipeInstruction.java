package perseus.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import perseus.io.UserError;

/**
 * Names the kinds of pipe instructions (steps of a rank's iteration). A rank tells the scheduler
 * the sequence of its pipe instructions.
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

  /**
   * Lists the instructions whose power state (clock or power limit) a frequency plan chooses:
   * forwards and backwards.
   */
  public static final List<PipeInstruction> COMPUTATIONS =
      List.of(FORWARD, BACKWARD, PURE_BACKWARD);

  private final String jsonName = name().toLowerCase(Locale.ROOT);

  /** Returns the name in lower case that JSON documents use for this instruction. */
  @JsonValue
  public String jsonName() {
    return jsonName;
  }

  /**
   * Returns whether a frequency plan chooses the power state (clock or power limit) of this
   * instruction.
   */
  public boolean isComputation() {
    return COMPUTATIONS.contains(this);
  }

  /**
   * Finds an instruction by the name that JSON documents use for it. Returns an empty {@code
   * Optional} if no instruction has the given name.
   */
  public static Optional<PipeInstruction> named(String jsonName) {
    return Arrays.stream(values())
        .filter(instruction -> instruction.jsonName.equals(jsonName))
        .findFirst();
  }

  /**
   * Finds a computation (forward or backward) by the name that JSON documents use for it.
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
