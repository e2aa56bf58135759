package perseus.planner.perseus;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import perseus.io.Progress;
import perseus.planner.beam.BeamImprover;
import perseus.planner.beam.BeamPass;
import perseus.planner.beam.TimeDirection;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.network.EventNetwork;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.EarlierPlans;
import perseus.planner.problem.Effort;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.rounding.PlanTiming;
import perseus.planner.rounding.RelaxedRounding;
import perseus.planner.rounding.RoundedPlan;
import perseus.planner.switching.ClockAnnealing.Found;
import perseus.planner.switching.ClockBeam;
import perseus.planner.switching.ClockDwell;
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.SwitchBound;
import perseus.profile.ProfileRow;

/**
 * Plans a problem in which clock changes take no time. For each maximum iteration time, the class
 * rounds the solution of the LP relaxation to frequencies, and improves the plan by beam search.
 * Plans whose energy is far above the lower bound get longer beam searches.
 *
 * <p>The solver of the lower bound runs on the caller's thread. If every plan is rounded from its
 * own solution, other threads round solutions while the solver still runs. If some plans are
 * combined from other plans ({@link TargetPlans}), rounding starts when the solver has ended.
 */
final class FreePlanning {
  /** Number of long beam searches for each of the worst plans, if there are earlier plans. */
  private static final int PASSES_WITH_EARLIER = 2;

  /**
   * If there are earlier plans, a long beam search improves only the worst plans: one plan out of
   * this number.
   */
  private static final int PLANS_PER_SEARCH_WITH_EARLIER = 4;

  private final PlanningProblem problem;
  private final TickScale scale;
  private final EventNetwork events;
  private final OptionTables options;
  private final RelaxedRounding rounding;
  private final EarlierPlans earlier;
  private final Effort effort;
  private final Workers workers;
  private final Progress progress;

  /**
   * Holds the lower bound and the plans of a problem.
   *
   * <p>There is one plan for each maximum iteration time, and one plan for the iteration time with
   * the minimum energy. The plans have the order in which the solver found their solutions of the
   * LP relaxation.
   *
   * @param bound the lower bound on the energy of plans
   * @param plans the plans; each plan is the result of a task that may still run
   */
  record Result(LowerBound bound, List<Future<Plan>> plans) {}

  /**
   * @param scale the integer units of time and power of the problem
   * @param events the event network of the problem
   * @param earlier plans that were made earlier for the same job, from which the search starts
   */
  FreePlanning(
      PlanningProblem problem,
      TickScale scale,
      EventNetwork events,
      Effort effort,
      EarlierPlans earlier,
      Workers workers,
      Progress progress) {
    this.problem = problem;
    this.scale = scale;
    this.events = events;
    this.effort = effort;
    this.earlier = earlier;
    this.workers = workers;
    this.progress = progress;
    options = new OptionTables(problem, scale);
    rounding = new RelaxedRounding(problem, scale, events, options);
  }

  /**
   * Solves the LP relaxation and starts the tasks that finish the plans.
   *
   * @param solver solver of the lower bound
   * @param targets iteration times for which plans are made, in seconds, in falling order
   * @param visitor receives every solution of the LP relaxation that the solver finds
   */
  Result plan(LowerBoundSolver solver, double[] targets, LowerBoundSolver.Visitor visitor) {
    Effort first = effort == Effort.BEST ? Effort.DEFAULT : effort;
    BeamImprover beams = new BeamImprover(events, scale, options, first);
    TargetPlans searches =
        new TargetPlans(earlier, rounding, beams, effort, targets.length, workers);
    List<Double> times = new ArrayList<>();
    List<Future<SwitchBound.Line>> lines = new ArrayList<>();
    ClockTables tables =
        effort != Effort.FAST && ClockBeam.isSmall(problem) ? new ClockTables(problem) : null;
    SwitchBound pricing = tables == null ? null : new SwitchBound(problem, events, scale);
    LowerBound bound =
        solver.solve(
            targets,
            (target, solution) -> {
              visitor.at(target, solution);
              if (pricing != null) {
                lines.add(workers.submit(() -> pricing.line(solution, 0)));
              }
              double time =
                  target == LowerBoundSolver.LEAST_ENERGY
                      ? scale.seconds(solution.makespan())
                      : targets[target];
              times.add(time);
              searches.add(solution, time);
            });
    List<RoundedPlan> rounded = searches.plans(progress);
    List<RoundedPlan> made = rounded.stream().filter(plan -> !searches.isKept(plan)).toList();
    List<RoundedPlan> neighbours = searches.joins() ? rounded : List.of();
    NeighbourJoins joins = new NeighbourJoins(neighbours, searches::isKept, rounding, workers);
    if (first != Effort.FAST && beams.searchesQuickly() && !made.isEmpty()) {
      if (searches.joins()) {
        improveByJoins(beams, made, joins);
      }
      if (earlier.isEmpty() || effort == Effort.BEST) {
        improveWorst(beams, made, joins, new DiminishingReturns(gaps(made)));
      }
    }
    List<SwitchBound.Line> priced = Workers.results(lines, Progress.NONE);
    if (!made.isEmpty()) {
      improveSmall(tables, rounded, priced, first);
    }
    if (effort == Effort.BEST && !made.isEmpty()) {
      searchFurther(made, joins);
      improveSmall(tables, rounded, priced, effort);
    }
    return new Result(bound, finished(rounded, times, made));
  }

  /**
   * Improves the worst plans by beam searches. After each search, plans for neighbouring iteration
   * times are combined, so that a better plan also improves its neighbours.
   */
  private void improveByJoins(BeamImprover beams, List<RoundedPlan> made, NeighbourJoins joins) {
    joins.improve();
    if (earlier.isEmpty() || effort == Effort.BEST) {
      improveByShortPasses(beams, beams.worstAfterQuickSearch(made), Progress.NONE);
      joins.improve();
      return;
    }
    for (BeamPass.Guided pass : beams.longPasses().subList(0, PASSES_WITH_EARLIER)) {
      List<RoundedPlan> worst = beams.worstPlans(pass, made);
      improve(beams, pass, worst.subList(0, worst.size() / PLANS_PER_SEARCH_WITH_EARLIER));
      joins.improve();
    }
  }

  private void improveByShortPasses(BeamImprover beams, List<RoundedPlan> plans, Progress steps) {
    List<Future<RoundedPlan>> improved = new ArrayList<>();
    for (RoundedPlan plan : plans) {
      improved.add(
          workers.submit(
              () -> {
                beams.improve(plan);
                return plan;
              }));
    }
    Workers.results(improved, steps);
  }

  /**
   * Improves the plans of a small problem by branch and bound.
   *
   * @param tables tables of the problem; null if the problem is not small
   */
  private void improveSmall(
      ClockTables tables,
      List<RoundedPlan> rounded,
      List<SwitchBound.Line> lines,
      Effort smallEffort) {
    if (tables == null) {
      return;
    }
    double[] targets =
        rounded.stream().mapToDouble(plan -> scale.seconds(plan.deadline())).toArray();
    BestPlans best = new BestPlans(targets);
    for (RoundedPlan plan : rounded) {
      int[] choices = plan.choices();
      best.keep(BestPlans.found(tables, tables.settings(j -> options.options[j][choices[j]])));
    }
    ClockDwell dwell = new ClockDwell(problem, tables);
    new SmallPlanning(
            tables, dwell, lines, problem.totalBlockingWatts(), best, smallEffort, workers)
        .improve(progress);
    for (int i = 0; i < targets.length; i++) {
      RoundedPlan plan = rounded.get(i);
      Found found = best.within(targets[i]);
      int[] choices = found == null ? plan.choices() : choices(tables, found);
      // The search computes with times in seconds, so its plan can miss the deadline in integer
      // time units by rounding.
      if (new PlanTiming(options, choices, plan.deadline()).inTime()) {
        plan.replaceIfBetter(choices);
      }
    }
  }

  /** Returns the index of the frequency choice of each operation in a plan. */
  private int[] choices(ClockTables tables, Found found) {
    int[] choices = new int[options.operations];
    for (int j = 0; j < choices.length; j++) {
      ProfileRow row = tables.row(j, found.settings()[j]);
      choices[j] = List.of(options.options[j]).indexOf(row);
    }
    return choices;
  }

  /** Improves the plans by a larger beam search, which never makes a plan worse. */
  private void searchFurther(List<RoundedPlan> rounded, NeighbourJoins joins) {
    BeamImprover beams = new BeamImprover(events, scale, options, effort);
    rounded.forEach(rounding::exchange);
    improveByShortPasses(beams, rounded, progress);
    improveWorst(beams, rounded, joins, DiminishingReturns.IGNORED);
  }

  /** Runs the beam searches that improve only the plans farthest above the lower bound. */
  private void improveWorst(
      BeamImprover beams,
      List<RoundedPlan> rounded,
      NeighbourJoins joins,
      DiminishingReturns returns) {
    List<BeamPass.Guided> passes = beams.longPasses();
    for (int i = 0; i < passes.size() && returns.pay(gaps(rounded)); i++) {
      BeamPass.Guided pass = passes.get(i);
      List<RoundedPlan> worst = beams.worstPlans(pass, rounded);
      returns.spend(beams.shareOfBudget(pass, worst.size()));
      improve(beams, pass, worst);
      joins.improve();
      progress.step("better plans (search passes)", i + 1, passes.size());
    }
  }

  private static double[] gaps(List<RoundedPlan> plans) {
    return plans.stream().mapToDouble(RoundedPlan::gap).toArray();
  }

  /** Runs one beam search on several plans, forwards and backwards in time. */
  private void improve(BeamImprover beams, BeamPass.Guided pass, List<RoundedPlan> worst) {
    List<Future<int[]>> searches = new ArrayList<>();
    for (RoundedPlan plan : worst) {
      for (TimeDirection direction : TimeDirection.values()) {
        searches.add(workers.submit(() -> beams.guidedSearch(plan, direction, pass)));
      }
    }
    List<int[]> choices = Workers.results(searches, Progress.NONE);
    for (int i = 0; i < choices.size(); i++) {
      worst.get(i / TimeDirection.values().length).replaceIfBetter(choices.get(i));
    }
  }

  /**
   * Starts one task for each rounded plan; the task makes the final plan.
   *
   * @param made the plans, except those earlier plans that stay unchanged
   */
  private List<Future<Plan>> finished(
      List<RoundedPlan> rounded, List<Double> times, List<RoundedPlan> made) {
    Set<RoundedPlan> toExchange = effort == Effort.FAST ? Set.of() : new HashSet<>(made);
    double shortest = problem.shortestSeconds();
    List<Future<Plan>> plans = new ArrayList<>();
    for (int i = 0; i < rounded.size(); i++) {
      RoundedPlan plan = rounded.get(i);
      double time = Math.max(shortest, times.get(i));
      plans.add(
          workers.submit(
              () -> {
                if (toExchange.contains(plan)) {
                  rounding.exchange(plan);
                }
                return rounding.finish(plan, time);
              }));
    }
    return plans;
  }
}
