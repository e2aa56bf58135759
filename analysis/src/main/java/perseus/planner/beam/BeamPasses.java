package perseus.planner.beam;

import java.util.List;
import perseus.planner.problem.Effort;

/**
 * The table of beam search passes, with the thresholds that choose among them.
 *
 * @param cheap passes over every plan, in order
 * @param expensive passes over the worst plans, in order, after the cheap ones
 * @param afterGuided pass over the result of every guided search
 * @param expensiveBudget limit of the work of one expensive pass: operations times partial plans,
 *     summed over its plans. As many of the worst plans take part as this allows.
 * @param resolutionSteps times closer than this are not told apart, in mean steps: the mean time
 *     between an option and the next slower one; 0 to tell all times apart
 */
record BeamPasses(
    List<BeamPass> cheap,
    List<BeamPass.Guided> expensive,
    BeamPass.Parts afterGuided,
    double expensiveBudget,
    double resolutionSteps) {

  /**
   * Maximum number of operations for which every time is told apart. A single tick can decide there
   * whether the best plan is in time.
   */
  private static final int MAX_OPERATIONS_FOR_EXACT_TIMES = 16;

  /** Maximum number of operations of a plan that is searched as a single part. Limit for time. */
  private static final int MAX_OPERATIONS_IN_ONE_PART = 64;

  /**
   * Maximum number of operations of a plan that takes part in all cheap passes down to {@link
   * #SMALL_GAP}. Limit for time.
   */
  private static final int MAX_OPERATIONS_FOR_SMALL_GAP = 400;

  /**
   * Maximum number of operations of a plan that takes part in more than one cheap pass. Limit for
   * time; such plans are close to their bounds already.
   */
  private static final int MAX_OPERATIONS_FOR_SEVERAL_PASSES = 1_000;

  /** Gap, as a fraction, at which the default effort stops to improve a plan. */
  private static final double SMALL_GAP = 4e-4;

  /** Gap at which the default effort stops to improve a plan of many operations. */
  private static final double MEDIUM_GAP = 8e-4;

  /** Gap that no plan should exceed: just below 0.1 %, so that it is printed as at most 0.1 %. */
  private static final double MAX_GAP = 0.99e-3;

  private static final double COARSE_RESOLUTION_STEPS = 1.0 / 8;
  private static final double FINE_RESOLUTION_STEPS = 1.0 / 64;

  /** Limit of the work of an expensive pass with the default effort. Limit for time. */
  private static final double BUDGET = 2.5e6;

  /** Limit of the work of an expensive pass with the best effort. Limit for time. */
  private static final double BUDGET_OF_BEST_EFFORT = 20 * BUDGET;

  /** How much wider the beams of expensive passes are with the best effort. */
  private static final int WIDTH_FACTOR_OF_BEST_EFFORT = 2;

  private static final BeamPass.Parts AFTER_GUIDED = parts(24, 10, 0);

  private static final List<BeamPass.Guided> EXPENSIVE =
      List.of(
          guided(BeamPass.Guide.PLAN, 2, 0.2, 30, MAX_GAP),
          guided(BeamPass.Guide.PLAN, 4, 0.1, 30, MAX_GAP),
          guided(BeamPass.Guide.RELAXED, 2, 0.05, 30, MAX_GAP),
          guided(BeamPass.Guide.PLAN, 2, 0.1, 100, MAX_GAP),
          guided(BeamPass.Guide.RELAXED, 4, 0.1, 100, MAX_GAP),
          guided(BeamPass.Guide.PLAN, 2, 0.05, 100, MAX_GAP),
          guided(BeamPass.Guide.RELAXED, 2, 0.05, 300, MAX_GAP),
          guided(BeamPass.Guide.PLAN, 2, 0.1, 300, MAX_GAP),
          guided(BeamPass.Guide.PLAN, 2, 0.05, 300, MAX_GAP),
          guided(BeamPass.Guide.RELAXED, 2, 0.1, 1000, MAX_GAP),
          guided(BeamPass.Guide.PLAN, 2, 0.1, 1000, MAX_GAP));

  /** The passes for plans of a number of operations. */
  static BeamPasses of(int operations, Effort effort) {
    boolean expensive = effort != Effort.FAST && operations > MAX_OPERATIONS_IN_ONE_PART;
    return new BeamPasses(
        cheap(operations, effort),
        expensive ? expensive(effort) : List.of(),
        AFTER_GUIDED,
        effort == Effort.BEST ? BUDGET_OF_BEST_EFFORT : BUDGET,
        resolutionSteps(operations));
  }

  private static List<BeamPass> cheap(int operations, Effort effort) {
    if (effort == Effort.FAST) {
      return List.of();
    }
    double smallGap = effort == Effort.BEST ? 0 : SMALL_GAP;
    if (operations <= MAX_OPERATIONS_IN_ONE_PART) {
      return List.of(parts(operations, 1000, smallGap));
    }
    if (effort == Effort.DEFAULT && operations > MAX_OPERATIONS_FOR_SEVERAL_PASSES) {
      return List.of(guided(BeamPass.Guide.RELAXED, 4, 0.1, 10, MAX_GAP));
    }
    boolean large = effort == Effort.DEFAULT && operations > MAX_OPERATIONS_FOR_SMALL_GAP;
    return List.of(
        guided(BeamPass.Guide.RELAXED, 4, 0.05, 30, smallGap),
        parts(24, 10, smallGap),
        guided(BeamPass.Guide.PLAN, 2, 0.2, 10, large ? MEDIUM_GAP : smallGap));
  }

  private static List<BeamPass.Guided> expensive(Effort effort) {
    return effort == Effort.DEFAULT
        ? EXPENSIVE
        : EXPENSIVE.stream()
            .map(pass -> pass.withWidth(WIDTH_FACTOR_OF_BEST_EFFORT * pass.width()))
            .map(pass -> pass.withMinGap(SMALL_GAP))
            .toList();
  }

  private static double resolutionSteps(int operations) {
    if (operations <= MAX_OPERATIONS_FOR_EXACT_TIMES) {
      return 0;
    }
    return operations <= MAX_OPERATIONS_IN_ONE_PART
        ? FINE_RESOLUTION_STEPS
        : COARSE_RESOLUTION_STEPS;
  }

  private static BeamPass.Parts parts(int operations, int width, double minGap) {
    return new BeamPass.Parts(operations, width, minGap);
  }

  private static BeamPass.Guided guided(
      BeamPass.Guide guide, double maxDelaySteps, double pull, int width, double minGap) {
    return new BeamPass.Guided(guide, maxDelaySteps, pull, width, minGap);
  }

  /**
   * Number of plans that may take part in an expensive pass.
   *
   * @param operations number of operations of each plan
   */
  long maxPlans(BeamPass.Guided pass, int operations) {
    // The search visits each operation once per direction, and the pass after it twice, since its
    // parts overlap by half.
    double partialPlansPerOperation = 2.0 * pass.width() + 4.0 * afterGuided.width();
    return (long) (expensiveBudget / (partialPlansPerOperation * operations));
  }
}
