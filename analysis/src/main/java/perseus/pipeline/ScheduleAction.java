package perseus.pipeline;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import perseus.io.UserError;

/**
 * Converts computations of a schedule to the notation of torch.distributed.pipelining, and back.
 * The notation {@code 2F0} is the forward of microbatch 0 on stage 2.
 *
 * <p>The letters are as in PyTorch: F (forward), B (backward), I (gradients of the inputs) and W
 * (gradients of the weights). This class also uses the letter R for a recomputation, for which
 * PyTorch has no letter.
 *
 * <p>PyTorch runs the two computations of an action such as {@code (0F8;3B0)OVERLAP_F_B} in turn,
 * so the action is read as two computations.
 */
public final class ScheduleAction {
  private static final Map<String, Instruction> BY_LETTER =
      Map.of(
          "F", Instruction.FORWARD,
          "B", Instruction.BACKWARD,
          "I", Instruction.BACKWARD_INPUT,
          "W", Instruction.WEIGHT_BACKWARD,
          "R", Instruction.RECOMPUTATION);

  private static final Map<Instruction, String> LETTERS =
      BY_LETTER.entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  private static final Pattern COMPUTATION = Pattern.compile("(\\d{1,6})([FBIWR])(\\d{1,6})");

  /**
   * Matches the actions of PyTorch that are not computations: transfers, and operations on sharded
   * parameters.
   */
  private static final Pattern OTHER =
      Pattern.compile("\\d+(SEND_F|RECV_F|SEND_B|RECV_B|UNSHARD|RESHARD|REDUCE_GRAD)\\d*");

  private static final Pattern OVERLAPPING = Pattern.compile("\\(([^()]*)\\)OVERLAP_F_B");

  private ScheduleAction() {}

  /** Returns whether the notation of this class has a letter for a kind of computation. */
  public static boolean hasNotation(Instruction kind) {
    return LETTERS.containsKey(kind);
  }

  /**
   * Returns a computation in the notation of this class.
   *
   * @throws IllegalArgumentException if the notation has no letter for the computation's kind
   */
  public static String text(Step step) {
    String letter = LETTERS.get(step.instruction());
    if (letter == null) {
      throw new IllegalArgumentException("There is no letter for " + step.instruction() + ".");
    }
    return step.stage() + letter + step.microbatch();
  }

  /**
   * Reads the text of an action, and returns its computations in the order in which they run.
   *
   * @throws UserError if the text is not an action
   */
  static List<Step> parse(String text) {
    Matcher overlapping = OVERLAPPING.matcher(text);
    if (overlapping.matches()) {
      return Stream.of(overlapping.group(1).split(";", -1))
          .flatMap(action -> parse(action.strip()).stream())
          .toList();
    }
    Matcher computation = COMPUTATION.matcher(text);
    if (computation.matches()) {
      return List.of(
          new Step(
              Integer.parseInt(computation.group(1)),
              BY_LETTER.get(computation.group(2)),
              Integer.parseInt(computation.group(3))));
    }
    if (OTHER.matcher(text).matches()) {
      return List.of();
    }
    throw new UserError(
        "'%s' is no action of a schedule, such as 0F1 for the forward of microbatch 1 on stage 0"
            .formatted(text));
  }
}
