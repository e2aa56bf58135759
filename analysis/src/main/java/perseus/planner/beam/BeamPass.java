package perseus.planner.beam;

/**
 * Describes one pass of beam search over a plan: its kind, its beam width (number of partial plans
 * that it keeps), and the plans that take part. A pass searches in both directions of time.
 */
public sealed interface BeamPass {
  /** Returns the beam width: the maximum number of partial plans that the pass keeps at a step. */
  int width();

  /**
   * Returns the minimum gap of the pass. A plan takes part in the pass only if its gap to the lower
   * bound, as a fraction of the bound, is larger than the minimum gap.
   */
  double minGap();

  /** Returns a copy of this pass with another beam width. */
  BeamPass withWidth(int newWidth);

  /** Returns a copy of this pass with another minimum gap. */
  BeamPass withMinGap(double newMinGap);

  /**
   * A pass that improves one part of a plan's operations after another. The operations outside of
   * the current part keep their options ({@link BeamSearch#improveParts}). A pass over parts never
   * increases the energy of a plan.
   *
   * @param operations approximate number of operations in a part
   * @param width maximum number of partial plans that are kept at a step
   * @param minGap gap to the lower bound, as a fraction; only plans with a larger gap take part
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
   * A pass that chooses the options of all operations again. A guided pass keeps every event close
   * to a given time, the guide time of the event ({@link BeamSearch#searchNear}). The plan that a
   * guided pass returns can have more energy than the plan that it was given.
   *
   * @param guide source of the guide times (times to which the events stay close)
   * @param maxDelaySteps maximum delay of an event after its guide time, in multiples of the mean
   *     time between an option and the next slower option
   * @param pull penalty in joules for each tick between an event and its guide time, divided by the
   *     energy in joules that a delay of the event by one tick costs
   * @param width maximum number of partial plans that are kept at a step
   * @param minGap gap to the lower bound, as a fraction; only plans with a larger gap take part
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

  /** Names the possible sources of guide times (times to which events stay close). */
  enum Guide {
    /** The guide times are the event times of the relaxed solution that was rounded to the plan. */
    RELAXED,
    /**
     * The guide time of each event is the middle between its earliest and its latest time in the
     * plan.
     */
    PLAN
  }
}
