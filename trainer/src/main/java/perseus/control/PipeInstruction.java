package perseus.control;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import perseus.io.UserError;

/**
 * Names the kinds of steps that a rank executes in an iteration, such as forwards and backwards.
 * Each rank tells the scheduler the sequence of steps that it executes.
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

  /** The kinds of steps for which a frequency plan chooses a clock: forwards and backwards. */
  public static final List<PipeInstruction> COMPUTATIONS =
      List.of(FORWARD, BACKWARD, PURE_BACKWARD);

  private final String jsonName = name().toLowerCase(Locale.ROOT);

  /** Returns the lower-case name of this kind of step in JSON documents. */
  @JsonValue
  public String jsonName() {
    return jsonName;
  }

  /** Returns true for forwards and backwards, whose clocks a frequency plan chooses. */
  public boolean isComputation() {
    return COMPUTATIONS.contains(this);
  }

  /**
   * Finds a kind of step by its name in JSON documents. Returns an empty {@code Optional} if no
   * kind of step has the given name.
   */
  public static Optional<PipeInstruction> named(String jsonName) {
    return Arrays.stream(values())
        .filter(instruction -> instruction.jsonName.equals(jsonName))
        .findFirst();
  }

  /**
   * Finds a kind of forward or backward by its name in JSON documents.
   *
   * @throws UserError if no kind of forward or backward has the given name
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
