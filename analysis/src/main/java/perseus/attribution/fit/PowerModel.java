package perseus.attribution.fit;

import java.util.Map;
import java.util.Set;
import perseus.attribution.activity.Activity;
import perseus.pipeline.Instruction;

/**
 * Defines which powers are fitted for a rank: which activities have separate powers, and how many
 * parts each activity has.
 *
 * @param parts number of parts of equal length of each kind of instruction; a kind that is not in
 *     the map has 1 part
 * @param separate special activities ({@link Activity}) with separate powers. A special instance
 *     that is not in the set has the power of the typical instances of its instruction. If the time
 *     between iterations is not in the set, it has the blocking power.
 */
public record PowerModel(Map<Instruction, Integer> parts, Set<Instruction> separate) {

  /** Creates a model without separate powers of special activities. */
  public PowerModel(Map<Instruction, Integer> parts) {
    this(parts, Set.of());
  }

  /**
   * Returns the kind of instruction whose power an activity has; null if the activity has the
   * blocking power.
   */
  Instruction columnOf(Instruction activity) {
    if (separate.contains(activity)) {
      return activity;
    }
    return Activity.isBetweenIterations(activity) ? null : Activity.instruction(activity);
  }

  /**
   * Returns the number of parts of an activity. A special instance of an instruction has as many
   * parts as the instruction. Stalled instances are too few for more than one part.
   */
  public int parts(Instruction activity) {
    if (Activity.isStalled(activity)) {
      return 1;
    }
    Integer own = parts.get(activity);
    return own != null ? own : parts.getOrDefault(Activity.instruction(activity), 1);
  }
}
