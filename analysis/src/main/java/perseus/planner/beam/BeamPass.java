package perseus.planner.beam;

/** One pass of beam search over a plan, forwards and then backwards in time. */
public sealed interface BeamPass {
  /** Maximum number of partial plans that are kept at a step. */
  int width();

  /** Gap to the lower bound, as a fraction, above which a plan takes part in the pass. */
  double minGap();

  /** This pass with another width. */
  BeamPass withWidth(int newWidth);

  /** This pass for plans above another gap. */
  BeamPass withMinGap(double newMinGap);

  /**
   * A pass that improves one part of the operations after the other, while all other operations
   * keep their options ({@link BeamSearch#improveParts}). It never makes a plan worse.
   *
   * @param operations approximate number of operations in a part
   * @param width maximum number of partial plans that are kept
   * @param minGap gap above which a plan takes part
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
   * A pass that chooses the options of all operations anew, close to guide times ({@link
   * BeamSearch#searchNear}). Its result can be worse than the plan.
   *
   * @param guide where the guide times come from
   * @param maxDelaySteps how much later than its guide time an event may be, in mean steps: the
   *     mean time between an option and the next slower one
   * @param pull penalty per tick of distance from the guide time, as a fraction of the price of
   *     that tick
   * @param width maximum number of partial plans that are kept
   * @param minGap gap above which a plan takes part
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

  /** Sources of guide times. */
  enum Guide {
    /** The event times of the relaxed solution. */
    RELAXED,
    /** The event times of the plan, in the middle between the earliest and the latest. */
    PLAN
  }
}
