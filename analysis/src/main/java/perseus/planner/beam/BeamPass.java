package perseus.planner.beam;

/**
 * Describes one run of beam search over a plan, in both directions of time. A search of type {@code
 * Parts} chooses new frequencies for groups of consecutive operations. A search of type {@code
 * Guided} chooses new frequencies for all operations together.
 */
public sealed interface BeamPass {
  /** Returns the beam width: the maximum number of plans that the search keeps at each step. */
  int width();

  /**
   * Returns the maximum distance from the lower bound at which the search skips a plan, as a
   * fraction of the bound.
   */
  double minGap();

  BeamPass withWidth(int newWidth);

  BeamPass withMinGap(double newMinGap);

  /**
   * A search that improves one group of consecutive operations after another ({@link
   * BeamSearch#improveParts}). The search never increases the energy of a plan.
   *
   * @param operations approximate number of operations in a group
   * @param width maximum number of plans that are kept at each step
   * @param minGap maximum distance from the lower bound at which the search skips a plan, as a
   *     fraction of the bound
   */
  record Parts(int operations, int width, double minGap) implements BeamPass {
    @Override
    public Parts withWidth(int newWidth) {
      return new Parts(operations, newWidth, minGap);
    }

    @Override
    public Parts withMinGap(double newMinGap) {
      return new Parts(operations, width, newMinGap);
    }
  }

  /**
   * A search that chooses new frequencies for all operations, and keeps every event close to a
   * given time ({@link BeamSearch#searchNear}). A search of all operations can return a plan with
   * more energy than the given plan.
   *
   * @param guide source of the times to which the search keeps events close
   * @param maxDelaySteps maximum delay of an event after its given time, as a multiple of the mean
   *     time difference between neighbouring frequencies of an operation
   * @param pull penalty for each second by which an event is early or late, as a fraction of the
   *     energy that one second of delay costs
   * @param width maximum number of plans that are kept at each step
   * @param minGap maximum distance from the lower bound at which the search skips a plan, as a
   *     fraction of the bound
   */
  record Guided(Guide guide, double maxDelaySteps, double pull, int width, double minGap)
      implements BeamPass {
    @Override
    public Guided withWidth(int newWidth) {
      return new Guided(guide, maxDelaySteps, pull, newWidth, minGap);
    }

    @Override
    public Guided withMinGap(double newMinGap) {
      return new Guided(guide, maxDelaySteps, pull, width, newMinGap);
    }
  }

  /** Names the possible sources of the times to which a search keeps events close. */
  enum Guide {
    /** Events stay close to their times in the solution of the LP relaxation. */
    RELAXED,
    /**
     * Each event stays close to the middle between its earliest and its latest possible time in the
     * plan.
     */
    PLAN
  }
}
