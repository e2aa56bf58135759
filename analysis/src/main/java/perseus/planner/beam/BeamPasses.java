package perseus.planner.beam;

import java.util.List;
import perseus.planner.problem.Effort;

/**
 * Selects the beam searches that improve plans, by the number of operations of the plans and by the
 * effort.
 *
 * <p>The command {@code dev/experiment beam-passes} measures the plans with and without each search
 * (results in {@code docs/benchmarks.md}).
 *
 * @param shortPasses short beam searches that improve every plan, in the order of the list
 * @param longPasses long beam searches, in the order of the list. Long beam searches run after the
 *     short beam searches, and only on the plans that are then farthest above the lower bound.
 * @param afterGuided search that improves the result of each long beam search, one group of
 *     consecutive operations after another
 * @param longPassBudget maximum number of partial plans (frequencies of the first operations) that
 *     one long beam search keeps for all plans together. The maximum limits the number of plans
 *     that the search improves.
 * @param resolutionSteps length of the intervals in which event times count as equal, divided by
 *     the mean time difference between neighbouring frequencies of an operation. If the length of
 *     the intervals is 0, only identical event times count as equal.
 */
record BeamPasses(
    List<BeamPass> shortPasses,
    List<BeamPass.Guided> longPasses,
    BeamPass.Parts afterGuided,
    double longPassBudget,
    double resolutionSteps) {

  /**
   * If plans have at most this number of operations, only identical event times count as equal. In
   * a problem with few operations, one integer time unit can decide whether the best plan meets the
   * deadline.
   */
  private static final int MAX_OPERATIONS_FOR_EXACT_TIMES = 16;

  /**
   * Maximum number of operations for which one search chooses all frequencies together. In plans
   * with more operations, one search for all operations would take too much time.
   */
  private static final int MAX_OPERATIONS_IN_ONE_PART = 64;

  /**
   * Number of operations above which the last search of the default effort skips more plans, to
   * save time: it uses {@link #MEDIUM_GAP} instead of {@link #SMALL_GAP}.
   */
  private static final int MAX_OPERATIONS_FOR_SMALL_GAP = 400;

  /**
   * Number of operations above which the default effort runs only one short beam search, to save
   * time. Plans with very many operations are close to their lower bounds after a single search.
   */
  private static final int MAX_OPERATIONS_FOR_SEVERAL_PASSES = 1_000;

  /**
   * Maximum distance from the lower bound at which most searches skip a plan, as a fraction of the
   * bound.
   */
  private static final double SMALL_GAP = 4e-4;

  /**
   * Maximum distance from the lower bound at which the last search skips a plan with many
   * operations, as a fraction of the bound.
   */
  private static final double MEDIUM_GAP = 8e-4;

  /**
   * Largest acceptable distance from a plan's energy to the lower bound, as a fraction of the
   * bound. The value is slightly below 0.1 %, so that it is printed as at most 0.1 %.
   */
  private static final double MAX_GAP = 0.99e-3;

  private static final double COARSE_RESOLUTION_STEPS = 1.0 / 8;
  private static final double FINE_RESOLUTION_STEPS = 1.0 / 64;

  /**
   * Maximum number of partial plans (frequencies of the first operations) that one long beam search
   * keeps with the default effort. The maximum limits the running time.
   */
  private static final double BUDGET = 2.5e6;

  private static final double BUDGET_OF_BEST_EFFORT = 20 * BUDGET;

  /** Factor by which the best effort increases the beam width of long beam searches. */
  private static final int WIDTH_FACTOR_OF_BEST_EFFORT = 2;

  private static final BeamPass.Parts AFTER_GUIDED = parts(24, 10, 0);

  private static final List<BeamPass.Guided> LONG_PASSES =
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

  /** Returns the searches for plans with the given number of operations and the given effort. */
  static BeamPasses of(int operations, Effort effort) {
    boolean hasLongPasses = effort != Effort.FAST && operations > MAX_OPERATIONS_IN_ONE_PART;
    return new BeamPasses(
        shortPasses(operations, effort),
        hasLongPasses ? longPasses(effort) : List.of(),
        AFTER_GUIDED,
        effort == Effort.BEST ? BUDGET_OF_BEST_EFFORT : BUDGET,
        resolutionSteps(operations));
  }

  private static List<BeamPass> shortPasses(int operations, Effort effort) {
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

  /**
   * Returns a search that takes less time than the short beam searches; null for plans with few
   * operations. The search visits the operations in one direction of time, with a large beam width.
   * In the same computing time, its plans are better than the plans of two narrow searches in both
   * directions of time.
   */
  static BeamPass.Guided quick(int operations) {
    if (operations <= MAX_OPERATIONS_IN_ONE_PART) {
      return null;
    }
    return operations <= MAX_OPERATIONS_FOR_SEVERAL_PASSES
        ? guided(BeamPass.Guide.RELAXED, 4, 0.1, 100, SMALL_GAP)
        : guided(BeamPass.Guide.RELAXED, 4, 0.1, 40, MAX_GAP);
  }

  /**
   * Returns whether the short beam searches improve plans that the search {@link #quick} has
   * improved already.
   */
  static boolean shortPassesHelpAfterQuickSearch(int operations) {
    return operations <= MAX_OPERATIONS_FOR_SEVERAL_PASSES;
  }

  private static List<BeamPass.Guided> longPasses(Effort effort) {
    return effort == Effort.DEFAULT
        ? LONG_PASSES
        : LONG_PASSES.stream()
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

  /** Computes the maximum number of plans that a long beam search improves. */
  long maxPlans(BeamPass.Guided pass, int operations) {
    // A search of type Guided visits each operation once in each of the two directions of time. A
    // search of type Parts visits each operation twice in each direction, because the groups of
    // operations overlap by half.
    double partialPlansPerOperation = 2.0 * pass.width() + 4.0 * afterGuided.width();
    return (long) (longPassBudget / (partialPlansPerOperation * operations));
  }
}
