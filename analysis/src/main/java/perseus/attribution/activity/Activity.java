package perseus.attribution.activity;

import perseus.pipeline.Instruction;

/**
 * Names the special activities of a rank. A special activity has the type {@link Instruction}, so
 * that it can be fitted like an instruction. Its name contains {@code #}.
 *
 * <ul>
 *   <li>{@link #BETWEEN_ITERATIONS} is the time from the last instruction of an iteration to the
 *       first instruction of the next iteration. An optimizer, an evaluation or an all-reduce that
 *       was not recorded runs in this time.
 *   <li>{@code forward#3} is the forward with the position 3 in its iteration, counted from 0. The
 *       first and last instances of an instruction often differ from the others: a gradient
 *       all-reduce overlaps the last backward, or a GPU at its power cap is faster after a wait.
 *   <li>{@code forward#stalled} stands for the few forwards that take much longer than usual. The
 *       host stalls, so that the GPU waits inside the instruction.
 * </ul>
 */
public final class Activity {
  /** The time between two iterations of a rank. */
  public static final Instruction BETWEEN_ITERATIONS = new Instruction("#between_iterations");

  private static final char SPECIAL = '#';
  private static final String STALLED = SPECIAL + "stalled";

  private Activity() {}

  /**
   * Returns the activity of the instance of {@code instruction} at a position of its iteration,
   * counted from 0.
   */
  static Instruction at(Instruction instruction, int position) {
    return new Instruction(instruction.name() + SPECIAL + position);
  }

  /** Returns the activity of the instances of {@code instruction} during which the host stalls. */
  static Instruction stalled(Instruction instruction) {
    return new Instruction(instruction.name() + STALLED);
  }

  /** Returns whether an activity stands for instances during which the host stalls. */
  public static boolean isStalled(Instruction activity) {
    return activity.name().endsWith(STALLED);
  }

  /** Returns whether an activity is special, and not a typical instance of an instruction. */
  public static boolean isSpecial(Instruction activity) {
    return activity.name().indexOf(SPECIAL) >= 0;
  }

  /** Returns whether an activity is the time between two iterations. */
  public static boolean isBetweenIterations(Instruction activity) {
    return activity.equals(BETWEEN_ITERATIONS);
  }

  /** Returns the instruction of which an activity is an instance. */
  public static Instruction instruction(Instruction activity) {
    int end = activity.name().indexOf(SPECIAL);
    return end <= 0 ? activity : new Instruction(activity.name().substring(0, end));
  }

  /** Returns whether an activity is the instance of an instruction at one position. */
  public static boolean hasPosition(Instruction activity) {
    return isSpecial(activity) && !isBetweenIterations(activity) && !isStalled(activity);
  }

  /** Returns the position of a special instance in its iteration, from 0. */
  public static int position(Instruction activity) {
    return Integer.parseInt(activity.name().substring(activity.name().indexOf(SPECIAL) + 1));
  }
}
