package perseus.profile;

import com.fasterxml.jackson.annotation.JsonIgnore;
import perseus.pipeline.Instruction;

/**
 * Describes how the instance of a computation at one position of an iteration differs from a
 * typical instance. The rows of the profile describe the typical instance. For example, the last
 * backward may take longer than a typical backward, because it overlaps a gradient all-reduce.
 *
 * @param stage stage, from 0
 * @param instruction name of the computation, such as {@code backward}
 * @param position position among the instances of the computation in an iteration, from 0
 * @param instances number of instances of the computation in an iteration of the profiled run
 * @param timeRatio time of this instance divided by the time of a typical instance, with both times
 *     summed over all frequencies and ranks
 * @param energyRatio energy of this instance divided by the energy of a typical instance, with both
 *     energies summed over all frequencies and ranks
 */
public record SpecialInstance(
    int stage,
    String instruction,
    int position,
    int instances,
    double timeRatio,
    double energyRatio) {

  /**
   * Returns whether a computation of a plan is this special instance. A position in the first half
   * of the instances is counted from the first instance. A position in the second half is counted
   * from the last instance.
   *
   * @param itsPosition position of the computation among the computations with the same stage and
   *     instruction, from 0
   * @param itsInstances number of computations with the same stage and instruction
   */
  public boolean is(int itsStage, Instruction its, int itsPosition, int itsInstances) {
    int same = 2 * position < instances ? position : itsInstances - instances + position;
    return itsStage == stage && its.name().equals(instruction) && itsPosition == same;
  }

  /** Returns whether all values of this record are in their valid ranges. */
  @JsonIgnore
  boolean isSensible() {
    return stage >= 0
        && instruction != null
        && !instruction.isBlank()
        && position >= 0
        && position < instances
        && timeRatio > 0
        && energyRatio > 0
        && Double.isFinite(timeRatio + energyRatio);
  }
}
