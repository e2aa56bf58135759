package perseus.planner.beam;

/**
 * Describes one pass of beam search over a plan. A pass of type {@code Parts} divides the
 * operations into parts (groups of consecutive operations), and chooses new options (frequencies)
 * for one part after the other. A pass of type {@code Guided} chooses new options for all
 * operations together. A pass searches in both directions of time.
 */
public sealed interface BeamPass {
  /**
   * Returns the beam width: the maximum number of partial plans (options for the first arcs) that
   * the pass keeps at a step.
   */
  int width();

  /**
   * Returns the minimum gap of the pass. The gap of a plan is the difference between its energy and
   * the lower bound, as a fraction of the bound. The pass skips plans whose gap is not larger than
   * the minimum gap.
   */
  double minGap();

  /**
   * Returns a copy of this pass with another beam width (maximum number of partial plans at a
   * step).
   */
  BeamPass withWidth(int newWidth);

  /** Returns a copy of this pass with another minimum gap (distance from energy to lower bound). */
  BeamPass withMinGap(double newMinGap);

  /**
   * A pass that divides the operations of a plan into parts (groups of consecutive operations), and
   * improves one part after another. The operations outside of the current part keep their options
   * (frequencies) ({@link BeamSearch#improveParts}). A pass of this type never increases the energy
   * of a plan.
   *
   * @param operations approximate number of operations in a part (group of consecutive operations)
   * @param width maximum number of partial plans (options for the first arcs) that are kept at a
   *     step
   * @param minGap gap between energy and lower bound, as a fraction of the bound; only plans with a
   *     larger gap take part
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
   * A pass that chooses new options (frequencies) for all operations. A guided pass keeps every
   * event close to a given time, the guide time of the event ({@link BeamSearch#searchNear}). A
   * guided pass can return a plan with more energy than the given plan.
   *
   * @param guide source of the guide times, to which events stay close
   * @param maxDelaySteps maximum delay of an event after its guide time, as a multiple of the mean
   *     difference between the times of an option (frequency) and the next slower option
   * @param pull strength of the penalty that keeps an event close to its guide time. For each tick
   *     between an event and its guide time, the penalty is the product of {@code pull} and the
   *     energy in joules that a delay of the event by one tick costs.
   * @param width maximum number of partial plans (options for the first arcs) that are kept at a
   *     step
   * @param minGap gap between energy and lower bound, as a fraction of the bound; only plans with a
   *     larger gap take part
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

  /**
   * Names the possible sources of guide times. A pass of type {@link Guided} keeps each event close
   * to the guide time of this event.
   */
  enum Guide {
    /**
     * Events stay close to their times in the relaxed solution (durations may lie between two
     * options) from which the plan was made.
     */
    RELAXED,
    /**
     * Each event stays close to the middle between its earliest and its latest possible time in the
     * plan.
     */
    PLAN
  }
}
