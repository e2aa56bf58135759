package perseus.attribution.fit;

import java.util.Map;
import java.util.Set;
import perseus.attribution.activity.Activity;
import perseus.pipeline.Instruction;

/**
 * Defines the unknown powers of a rank: the activities with a separate power, and the number of
 * time sections of each instruction.
 *
 * @param parts number of time sections of equal duration of each instruction; 1 for an instruction
 *     that is not in the map
 * @param separate activities with separate powers, for example the last backward of an iteration
 *     ({@link Activity}). Without a separate power, an instance of an instruction has the power of
 *     the typical instances. Without a separate power, the time between iterations has the blocking
 *     power.
 */
public record PowerModel(Map<Instruction, Integer> parts, Set<Instruction> separate) {

  /** Creates a model in which no single instance of an instruction has a separate power. */
  public PowerModel(Map<Instruction, Integer> parts) {
    this(parts, Set.of());
  }

  /**
   * Returns the instruction or activity whose fitted power is used for an activity; null for the
   * blocking power.
   */
  Instruction columnOf(Instruction activity) {
    if (separate.contains(activity)) {
      return activity;
    }
    return Activity.isBetweenIterations(activity) ? null : Activity.instruction(activity);
  }

  /**
   * Returns the number of time sections of equal length into which an activity is divided. A
   * separately fitted instance has as many time sections as its instruction. Instances during which
   * the host stalls have one time section, because they are few.
   */
  public int parts(Instruction activity) {
    if (Activity.isStalled(activity)) {
      return 1;
    }
    Integer own = parts.get(activity);
    return own != null ? own : parts.getOrDefault(Activity.instruction(activity), 1);
  }
}
