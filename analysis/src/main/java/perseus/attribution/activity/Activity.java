package perseus.attribution.activity;

import perseus.pipeline.Instruction;

/**
 * Names the activities of a rank that may draw another power than the typical instances of its
 * instructions. The name of an activity contains {@code #}.
 *
 * <ul>
 *   <li>{@link #BETWEEN_ITERATIONS} is the time from the last instruction of an iteration to the
 *       first instruction of the next iteration. An optimizer, an evaluation or an unrecorded
 *       all-reduce runs between the iterations.
 *   <li>{@code forward#3} is the forward at position 3 of its iteration, counted from 0. The first
 *       and last forwards or backwards of an iteration may draw unusual power, for example because
 *       a gradient all-reduce overlaps the last backward.
 *   <li>{@code forward#stalled} stands for the few forwards during which the host stalls, so that
 *       the GPU waits.
 *   <li>{@code #after backward 5} is the wait after the fifth backward of its iteration, if the GPU
 *       does work there that no record covers.
 * </ul>
 */
public final class Activity {
  public static final Instruction BETWEEN_ITERATIONS = new Instruction("#between_iterations");

  private static final char SPECIAL = '#';
  private static final String STALLED = SPECIAL + "stalled";
  private static final String AFTER = SPECIAL + "after ";

  private Activity() {}

  static Instruction at(Instruction instruction, int position) {
    return new Instruction(instruction.name() + SPECIAL + position);
  }

  static Instruction stalled(Instruction instruction) {
    return new Instruction(instruction.name() + STALLED);
  }

  /** Names the wait after the instance of an instruction at a position, counted from 0. */
  static Instruction after(Instruction instruction, int position) {
    return new Instruction(AFTER + instruction.name() + " " + (position + 1));
  }

  /** Returns whether an activity is a wait in which a rank does work that no record covers. */
  public static boolean isUnrecorded(Instruction activity) {
    return activity.name().startsWith(AFTER);
  }

  /** Returns the instance before an unrecorded activity, such as {@code backward 5}. */
  public static String placeOf(Instruction unrecorded) {
    return unrecorded.name().substring(AFTER.length());
  }

  /**
   * Returns whether an activity stands for the instances of an instruction during which the host
   * stalls.
   */
  public static boolean isStalled(Instruction activity) {
    return activity.name().endsWith(STALLED);
  }

  /** Returns whether an activity has another name than the typical instances of an instruction. */
  public static boolean isSpecial(Instruction activity) {
    return activity.name().indexOf(SPECIAL) >= 0;
  }

  /** Returns whether an activity is the time between two iterations. */
  public static boolean isBetweenIterations(Instruction activity) {
    return activity.equals(BETWEEN_ITERATIONS);
  }

  /** Returns the instruction from which the name of an activity is derived. */
  public static Instruction instruction(Instruction activity) {
    int end = activity.name().indexOf(SPECIAL);
    return end <= 0 ? activity : new Instruction(activity.name().substring(0, end));
  }

  /**
   * Returns whether the name of an activity contains a position in the iteration, for example
   * {@code forward#3}.
   */
  public static boolean hasPosition(Instruction activity) {
    return isSpecial(activity)
        && !isBetweenIterations(activity)
        && !isStalled(activity)
        && !isUnrecorded(activity);
  }

  /** Returns the position in the iteration, counted from 0, from the name of an activity. */
  public static int position(Instruction activity) {
    return Integer.parseInt(activity.name().substring(activity.name().indexOf(SPECIAL) + 1));
  }
}
