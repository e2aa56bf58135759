package perseus.planner.beam;

import java.util.List;
import perseus.planner.problem.Effort;

/**
 * Selects the passes of the beam search. The passes depend on the number of operations of the plans
 * and on the effort.
 *
 * <p>The command {@code dev/experiment beam-passes} measures what each pass contributes. The
 * command leaves out one pass at a time, and also halves and doubles the beam widths and the
 * budgets. {@code docs/benchmarks.md} shows the results of this experiment.
 *
 * @param cheap passes that run on every plan, in the order of the list
 * @param expensive passes that run on the worst plans after the cheap passes, in the order of the
 *     list
 * @param afterGuided pass that improves the result of each expensive pass, one part (group of
 *     consecutive operations) after the other
 * @param expensiveBudget maximum number of partial plans (options for the first arcs) that one
 *     expensive pass makes for all plans and operations together. The budget limits the number of
 *     plans that take part in the pass.
 * @param resolutionSteps length of the intervals of time in which event times are treated as equal.
 *     The unit of the length is the mean difference between the times of an option (frequency) and
 *     the next slower option. If the length is 0, only identical event times are treated as equal.
 */
record BeamPasses(
    List<BeamPass> cheap,
    List<BeamPass.Guided> expensive,
    BeamPass.Parts afterGuided,
    double expensiveBudget,
    double resolutionSteps) {

  /**
   * If plans have at most this number of operations, only identical event times are treated as
   * equal. In a problem with few operations, a single tick (integer unit of time) can decide
   * whether the best plan meets the deadline.
   */
  private static final int MAX_OPERATIONS_FOR_EXACT_TIMES = 16;

  /**
   * In plans with at most this number of operations, one search chooses the options (frequencies)
   * of all operations. For larger plans, this search would take too much time.
   */
  private static final int MAX_OPERATIONS_IN_ONE_PART = 64;

  /**
   * If plans have more than this number of operations, the last cheap pass (a pass that runs on
   * every plan) skips more plans with the default effort. The pass then uses {@link #MEDIUM_GAP}
   * instead of {@link #SMALL_GAP}, which limits the running time.
   */
  private static final int MAX_OPERATIONS_FOR_SMALL_GAP = 400;

  /**
   * With the default effort, plans with more than this number of operations get only one cheap pass
   * (a pass that runs on every plan), which limits the running time. Plans with very many
   * operations are close to their lower bounds after a single pass.
   */
  private static final int MAX_OPERATIONS_FOR_SEVERAL_PASSES = 1_000;

  /**
   * With the default effort, most cheap passes (passes that run on every plan) skip plans whose
   * energy is above the lower bound by at most this fraction of the bound. With the best effort,
   * the expensive passes (passes that run only on the worst plans) skip these plans.
   */
  private static final double SMALL_GAP = 4e-4;

  /**
   * With the default effort, the last cheap pass (a pass that runs on every plan) over plans with
   * many operations skips some plans. It skips plans whose energy is above the lower bound by at
   * most this fraction of the bound.
   */
  private static final double MEDIUM_GAP = 8e-4;

  /**
   * Largest acceptable gap between a plan's energy and its lower bound, as a fraction of the bound.
   * MAX_GAP is slightly below 0.1 %, so that a gap of this size is printed as at most 0.1 %.
   */
  private static final double MAX_GAP = 0.99e-3;

  private static final double COARSE_RESOLUTION_STEPS = 1.0 / 8;
  private static final double FINE_RESOLUTION_STEPS = 1.0 / 64;

  /**
   * Maximum number of partial plans (options for the first arcs) that one expensive pass (a pass
   * that runs only on the worst plans) makes with the default effort. The number limits the running
   * time.
   */
  private static final double BUDGET = 2.5e6;

  /**
   * Maximum number of partial plans (options for the first arcs) that one expensive pass (a pass
   * that runs only on the worst plans) makes with the best effort. The number limits the running
   * time.
   */
  private static final double BUDGET_OF_BEST_EFFORT = 20 * BUDGET;

  /**
   * Factor by which the best effort increases the beam width of expensive passes (passes that run
   * only on the worst plans).
   */
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

  /** Returns the passes for plans with the given number of operations and the given effort. */
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

  /**
   * Returns the pass that takes the place of all passes where plans start from earlier plans and
   * their neighbours; null if plans are so small that the cheap passes take no time. The widths are
   * the narrowest with which the plans are as good as new ones on average ({@code
   * EarlierPlansBenchmark}): half of them adds 0.004 % to the mean gap.
   */
  static BeamPass.Guided quick(int operations) {
    if (operations <= MAX_OPERATIONS_IN_ONE_PART) {
      return null;
    }
    return operations <= MAX_OPERATIONS_FOR_SEVERAL_PASSES
        ? guided(BeamPass.Guide.RELAXED, 4, 0.1, 100, SMALL_GAP)
        : guided(BeamPass.Guide.RELAXED, 4, 0.1, 40, MAX_GAP);
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
   * Computes the maximum number of plans that take part in an expensive pass (a pass that runs only
   * on the worst plans).
   *
   * @param operations number of operations of each plan
   */
  long maxPlans(BeamPass.Guided pass, int operations) {
    // The guided search visits each operation once in each of the two directions of time. The pass
    // afterGuided visits each operation twice in each direction, because its parts (groups of
    // consecutive operations) overlap by half.
    double partialPlansPerOperation = 2.0 * pass.width() + 4.0 * afterGuided.width();
    return (long) (expensiveBudget / (partialPlansPerOperation * operations));
  }
}
