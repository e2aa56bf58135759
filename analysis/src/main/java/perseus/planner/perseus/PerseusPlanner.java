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
import perseus.planner.bound.RelaxedSolution;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.TickScale;
import perseus.planner.problem.Effort;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;

/**
 * Plans by this project's own method, which {@code perseus.planner.Planners} lists as the planner
 * Perseus. The planner first solves the relaxed problem, in which an operation may take any
 * duration between its fastest and its slowest option. Then the planner rounds the solutions to
 * options of the GPU.
 *
 * <p>{@link LowerBoundSolver} computes the lower bound, and relaxed solutions at all target times.
 * {@link FreePlanning} turns the solutions into plans if changes of clock (GPU frequency) take no
 * time. If changes of clock take time, {@link SwitchAwareRounding} turns the solutions into plans.
 * {@link SwitchAwareRounding} also starts from the plans of {@link FreePlanning}.
 */
public final class PerseusPlanner {
  /**
   * Number of makespans at which the planner solves the relaxed problem for {@link
   * SwitchAwareRounding}. Each solution contains a price of time for every operation, in watts.
   */
  private static final int PRICED_MAKESPANS = 200;

  private final PlanningProblem problem;
  private final TickScale scale;
  private final EventNetwork events;
  private final boolean exact;
  private final List<Plan> starts;

  /**
   * Makes a planner for one problem.
   *
   * @param exact whether to compute the exact lower bound, even if it has very many breakpoints
   */
  public PerseusPlanner(PlanningProblem problem, boolean exact, List<Plan> starts) {
    this.starts = starts;
    this.problem = problem;
    this.scale = new TickScale(problem);
    this.events = new EventNetwork(problem.dag(), scale);
    this.exact = exact;
  }

  /**
   * Plans a problem. The planner computes the exact lower bound if the exact bound takes at most
   * one or two seconds.
   */
  public static Frontier plan(PlanningProblem problem, PlanRequest request, List<Plan> starts) {
    return new PerseusPlanner(problem, !CertifiedSolver.isFaster(problem), starts).plan(request);
  }

  public Frontier plan(PlanRequest request) {
    double[] targets = targets(request);
    try (Workers workers = new Workers()) {
      return problem.switchSeconds() > 0
          ? planWithSwitchCost(targets, request.effort(), workers, request.progress())
          : planFree(targets, request.effort(), workers, request.progress());
    }
  }

  /** Returns the times to plan for, in seconds, in falling order. */
  private double[] targets(PlanRequest request) {
    // The targets start at the shortest makespan without changes of clock, because solutions at
    // this makespan also give useful prices of time.
    double[] targets = request.targets(problem.shortestSeconds(), longestSeconds());
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

  /** Returns the makespan in seconds of the plan with the slowest Pareto-optimal options. */
  private double longestSeconds() {
    return Plan.of(problem, j -> problem.options(j).option(problem.options(j).size() - 1))
        .timeSeconds();
  }

  private LowerBoundSolver solver(Progress progress) {
    return LowerBoundSolver.of(problem, scale, events, exact, progress);
  }

  private Frontier planFree(double[] targets, Effort effort, Workers workers, Progress progress) {
    FreePlanning.Result result =
        new FreePlanning(problem, scale, events, effort, workers, progress)
            .plan(solver(progress), targets, (target, solution) -> {});
    return Frontier.of(problem, Workers.results(result.plans(), Progress.NONE), result.bound());
  }

  /**
   * Plans a problem in which changes of clock take time.
   *
   * <p>The method first computes, for many makespans, the prices of time and a plan that ignores
   * the time of clock changes. {@link SwitchAwareRounding} makes plans from all of them. The best
   * plan for a target time may come from the data of another makespan. Therefore the makespans lie
   * along the whole frontier.
   */
  private Frontier planWithSwitchCost(
      double[] targets, Effort effort, Workers workers, Progress progress) {
    double[] spread =
        new PlanRequest(PRICED_MAKESPANS, targets).targets(targets[targets.length - 1], targets[0]);
    List<RelaxedSolution> solutions = new ArrayList<>();
    TreeSet<Double> times = new TreeSet<>(DoubleStream.of(targets).boxed().toList());
    PlanningProblem free = problem.withSwitchCost(0);
    FreePlanning.Result unaware =
        new FreePlanning(free, scale, events, effort, workers, progress)
            .plan(
                solver(progress),
                spread,
                (target, solution) -> {
                  solutions.add(solution);
                  if (target == LowerBoundSolver.LEAST_ENERGY) {
                    times.add(scale.seconds(solution.makespan()));
                  }
                });
    List<Plan> unawarePlans =
        Frontier.of(free, Workers.results(unaware.plans(), Progress.NONE), unaware.bound()).plans();
    List<Plan> known = new ArrayList<>(starts);
    known.add(Plan.allMax(problem));
    known.add(Plan.of(problem, j -> problem.options(j).option(0)));
    for (Plan plan : unawarePlans) {
      known.add(Plan.of(problem, plan::choice));
    }
    double shortest = known.stream().mapToDouble(Plan::timeSeconds).min().orElseThrow();
    times.add(shortest);
    double[] reachable = times.tailSet(shortest).stream().mapToDouble(time -> time).toArray();
    List<Plan> plans = new SwitchPlanning(problem, unaware.bound(), reachable, effort, workers, progress).plan(known);
    return Frontier.of(problem, plans, unaware.bound());
  }
}
