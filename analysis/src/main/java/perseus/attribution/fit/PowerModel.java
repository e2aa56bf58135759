package perseus.attribution.fit;

import java.util.Map;
import java.util.Set;
import perseus.attribution.activity.Activity;
import perseus.pipeline.Instruction;

/**
 * Says which activities of a rank have a power of their own, and how many parts each of them has.
 *
 * @param parts number of parts of equal length into which each kind of instruction is divided; a
 *     kind that is not in the map has 1 part
 * @param separate special activities ({@link Activity}) that have a power of their own. A special
 *     instance of an instruction that is not in the set has the power of the other instances. The
 *     time between iterations has the blocking power if it is not in the set.
 */
public record PowerModel(Map<Instruction, Integer> parts, Set<Instruction> separate) {

  /** Creates a model in which no special activity has a power of its own. */
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
   * parts as the instruction.
   */
  public int parts(Instruction activity) {
    Integer own = parts.get(activity);
    return own != null ? own : parts.getOrDefault(Activity.instruction(activity), 1);
  }
}
