package perseus.profile;

import com.fasterxml.jackson.annotation.JsonIgnore;
import perseus.pipeline.Instruction;

/**
 * Describes how a computation at one position of an iteration differs from the profile row. A
 * profile row describes the typical instance of a computation. The last backward, for example,
 * takes longer than a typical backward if it overlaps a gradient all-reduce.
 *
 * @param stage pipeline stage, from 0
 * @param instruction name of the computation, such as {@code backward}
 * @param position number of earlier instances of the computation in the same iteration
 * @param instances number of instances of the computation in an iteration
 * @param timeRatio time at this position divided by the time of a typical instance, both summed
 *     over all frequencies and ranks
 * @param energyRatio energy at this position divided by the energy of a typical instance, both
 *     summed over all frequencies and ranks
 */
public record SpecialInstance(
    int stage,
    String instruction,
    int position,
    int instances,
    double timeRatio,
    double energyRatio) {

  /**
   * Returns whether a computation of a plan has the stage, instruction and position of this record.
   * Positions in the second half of an iteration are counted from the end of the iteration.
   *
   * @param itsPosition number of earlier computations of the iteration with the same stage and
   *     instruction
   * @param itsInstances number of computations of the iteration with the same stage and instruction
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
