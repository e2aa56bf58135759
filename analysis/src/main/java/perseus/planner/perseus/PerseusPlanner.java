package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.io.Progress;
import perseus.planner.bound.CertifiedSolver;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.EarlierPlans;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.switching.SwitchBound;

/**
 * Makes plans by rounding solutions of the LP relaxation, and by searches for better plans. The
 * planner first solves the LP relaxation, in which an operation may take any duration between its
 * fastest and its slowest frequency. The planner rounds the durations in the solutions of the LP
 * relaxation to frequencies of the GPU.
 *
 * <p>{@link LowerBoundSolver} computes the lower bound, and solutions of the LP relaxation at all
 * maximum iteration times. If clock changes take no time, {@link FreePlanning} turns the solutions
 * of the LP relaxation into plans. If clock changes take time, {@link SwitchBound} raises the
 * bound, and {@link SwitchPlanning} searches for plans.
 */
public final class PerseusPlanner {
  /**
   * Number of straight lines that form the lower bound if clock changes take time. Fewer straight
   * lines take less computing time, but weaken the bound.
   */
  private static final int BOUND_LINES = 100;

  /** Number of steps that raise one straight line of the lower bound ({@link SwitchBound}). */
  private static final int BOUND_STEPS = 32;

  /**
   * Number of steps of {@link SwitchBound} for each straight line, if clock changes take no time.
   * More steps would not raise the line, because the search starts from an optimal flow.
   */
  private static final int FREE_BOUND_STEPS = 2;

  /**
   * Maximum mean growth of the gaps of earlier plans ({@link EarlierPlans#meanGrowth}). If the gaps
   * grew more, the planner makes a full search.
   */
  private static final double MAX_MEAN_GROWTH = 1.5e-3;

  private final PlanningProblem problem;
  private final TickScale scale;
  private final EventNetwork events;
  private final boolean exact;
  private final List<Plan> starts;

  /**
   * @param exact whether to compute the exact lower bound, even if it has very many breakpoints
   * @param starts known plans of the problem, such as plans of other planners. If clock changes
   *     take time or clocks must be held for a minimum time, the search starts from these plans.
   *     Otherwise the planner ignores them.
   */
  public PerseusPlanner(PlanningProblem problem, boolean exact, List<Plan> starts) {
    this.problem = problem;
    this.starts = List.copyOf(starts);
    this.scale = new TickScale(problem);
    this.events = new EventNetwork(problem.dag(), scale);
    this.exact = exact;
  }

  /**
   * Plans a problem. The planner computes the exact lower bound if the exact bound takes at most
   * one or two seconds.
   *
   * @param starts known plans, from which the search starts if clock changes take time or clocks
   *     must be held for a minimum time
   */
  public static Frontier plan(PlanningProblem problem, PlanRequest request, List<Plan> starts) {
    return new PerseusPlanner(problem, !CertifiedSolver.isFaster(problem), starts).plan(request);
  }

  public Frontier plan(PlanRequest request) {
    double[] targets = targets(request);
    try (Workers workers = new Workers()) {
      return problem.clocksAreFree()
          ? planFree(targets, request, workers)
          : planWithSwitchCost(targets, request, workers);
    }
  }

  /**
   * Computes a lower bound on the energy of plans in which clock changes take time. The computation
   * uses all processors.
   */
  public static LowerBound boundWithSwitchCost(PlanningProblem problem) {
    PerseusPlanner planner =
        new PerseusPlanner(problem, !CertifiedSolver.isFaster(problem), List.of());
    SwitchBound switchBound = new SwitchBound(problem, planner.events, planner.scale);
    List<Future<SwitchBound.Line>> lines = new ArrayList<>();
    try (Workers workers = new Workers()) {
      LowerBound free =
          planner
              .solver(Progress.NONE)
              .solve(
                  planner.targets(new PlanRequest(BOUND_LINES)),
                  (target, solution) ->
                      lines.add(workers.submit(() -> switchBound.line(solution, BOUND_STEPS))));
      return switchBound.raise(free, Workers.results(lines, Progress.NONE));
    }
  }

  /**
   * Returns the iteration times for which the planner makes plans, in seconds, in falling order.
   */
  private double[] targets(PlanRequest request) {
    // The returned times include the shortest makespan without clock changes. The solution of the
    // LP relaxation at this makespan raises the lower bound.
    double[] targets =
        request.targets(
            problem.shortestSeconds(),
            slowest(problem.withSwitchCost(0).withMinDwell(0)).timeSeconds());
    if (request.plans() != PlanRequest.ALL) {
      return targets;
    }
    LowerBound bound = LowerBoundSolver.bound(problem, request);
    return DoubleStream.concat(
            IntStream.range(0, bound.size()).mapToDouble(bound::time), DoubleStream.of(targets))
        .map(time -> -time)
        .sorted()
        .distinct()
        .map(time -> -time)
        .toArray();
  }

  /** Returns the plan in which every operation has its slowest Pareto-optimal frequency. */
  private static Plan slowest(PlanningProblem problem) {
    return Plan.of(problem, j -> problem.options(j).option(problem.options(j).size() - 1));
  }

  private LowerBoundSolver solver(Progress progress) {
    return LowerBoundSolver.of(problem, scale, events, exact, progress);
  }

  private Frontier planFree(double[] targets, PlanRequest request, Workers workers) {
    Progress progress = request.progress();
    FreePlanning.Result result =
        new FreePlanning(
                problem, scale, events, request.effort(), request.earlier(), workers, progress)
            .plan(solver(progress), targets, (target, solution) -> {});
    return Frontier.of(problem, Workers.results(result.plans(), Progress.NONE), result.bound());
  }

  /**
   * Plans a problem in which clock changes take time, or in which plans must hold each clock for a
   * minimum time. The class {@link SwitchPlanning} starts from plans that ignore the time of clock
   * changes and the minimum hold time.
   */
  private Frontier planWithSwitchCost(double[] targets, PlanRequest request, Workers workers) {
    EarlierPlans earlier = request.earlier();
    Progress progress = request.progress();
    TreeSet<Double> times = new TreeSet<>(DoubleStream.of(targets).boxed().toList());
    PlanningProblem free = problem.withSwitchCost(0).withMinDwell(0);
    int steps = problem.switchCost().isZero() ? FREE_BOUND_STEPS : BOUND_STEPS;
    SwitchBound switchBound = new SwitchBound(problem, events, scale);
    List<Future<SwitchBound.Line>> lines = new ArrayList<>();
    int distance = Math.max(1, targets.length / BOUND_LINES);
    LowerBoundSolver.Visitor visitor =
        (target, solution) -> {
          if (target == LowerBoundSolver.LEAST_ENERGY) {
            times.add(scale.seconds(solution.makespan()));
          }
          if (target % distance == 0 || target == targets.length - 1) {
            lines.add(workers.submit(() -> switchBound.line(solution, steps)));
          }
        };
    Effort unawareEffort = earlier.isEmpty() ? request.effort() : Effort.FAST;
    FreePlanning.Result unaware =
        new FreePlanning(free, scale, events, unawareEffort, EarlierPlans.NONE, workers, progress)
            .plan(solver(progress), targets, visitor);
    List<Plan> known = new ArrayList<>(starts);
    Plan slowest = slowest(problem);
    known.add(Plan.allMax(problem));
    known.add(slowest);
    known.add(Plan.of(problem, j -> problem.options(j).option(0)));
    known.addAll(earlier.plans());
    for (Plan plan : Workers.results(unaware.plans(), Progress.NONE)) {
      known.add(Plan.of(problem, plan::choice));
    }
    List<Plan> holding = new HeldClocks(problem, workers).plans(known);
    times.add(holding.stream().mapToDouble(Plan::timeSeconds).min().orElseThrow());
    times.add(slowest.timeSeconds());
    List<SwitchBound.Line> found = Workers.results(lines, Progress.NONE);
    LowerBound bound =
        problem.switchCost().isZero() ? unaware.bound() : switchBound.raise(unaware.bound(), found);
    if (!earlier.isEmpty() && earlier.meanGrowth(bound) > MAX_MEAN_GROWTH) {
      List<Plan> more = new ArrayList<>(starts);
      more.addAll(earlier.plans());
      return new PerseusPlanner(problem, exact, more)
          .planWithSwitchCost(targets, request.from(EarlierPlans.NONE), workers);
    }
    double[] ascending = times.stream().mapToDouble(time -> time).toArray();
    List<Plan> plans =
        new SwitchPlanning(problem, bound, ascending, request, workers).plan(holding, found);
    return Frontier.of(problem, plans, bound);
  }
}
