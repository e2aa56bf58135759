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
import perseus.planner.bound.RelaxedSolution;
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
import perseus.planner.switching.ClockTables;
import perseus.planner.switching.SwitchBound;
import perseus.profile.ProfileRow;

/**
 * Plans a problem in which changes of clock (GPU frequency) take no time. For each target time, the
 * class takes the relaxed solution, in which an operation may take any duration between two
 * options, and rounds all durations to options. Then the class improves the plans by beam search.
 * Plans with a larger gap to their lower bounds get more passes of the beam search.
 *
 * <p>The solver of the lower bound runs on the caller's thread. For every solution that the solver
 * finds, a new task on another thread rounds this solution. Therefore the solver works while
 * earlier solutions are being rounded.
 */
final class FreePlanning {
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
   * <p>There is one plan for each target time, and one plan for T*, the iteration time with the
   * minimum energy. The plans have the order in which the solver found their relaxed solutions.
   *
   * @param bound the lower bound on the energy of plans
   * @param plans the plans; each plan is the result of a task that may still run
   */
  record Result(LowerBound bound, List<Future<Plan>> plans) {}

  /**
   * Prepares the planning of one problem.
   *
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
   * Solves the relaxed problem and starts the tasks that finish the plans.
   *
   * @param solver solver of the lower bound
   * @param targets iteration times for which plans are made, in seconds, in falling order
   * @param visitor receives every relaxed solution that the solver finds
   */
  Result plan(LowerBoundSolver solver, double[] targets, LowerBoundSolver.Visitor visitor) {
    Effort first = effort == Effort.BEST ? Effort.DEFAULT : effort;
    BeamImprover beams = new BeamImprover(events, scale, options, first);
    Replanning replanning = new Replanning(earlier, rounding, beams, effort, workers);
    List<Double> times = new ArrayList<>();
    List<Future<RoundedPlan>> roundings = new ArrayList<>();
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
              if (earlier.isEmpty()) {
                roundings.add(workers.submit(() -> plan(solution, beams)));
              } else {
                replanning.add(solution, time);
              }
            });
    List<RoundedPlan> rounded =
        earlier.isEmpty() ? Workers.results(roundings, progress) : replanning.plans(progress);
    List<RoundedPlan> made = rounded.stream().filter(plan -> !replanning.isFinished(plan)).toList();
    if (earlier.isEmpty() || effort == Effort.BEST) {
      improveWorst(beams, made, new DiminishingReturns(gaps(made)));
    }
    List<SwitchBound.Line> priced = Workers.results(lines, Progress.NONE);
    if (!made.isEmpty()) {
      improveSmall(tables, rounded, priced, first);
    }
    if (effort == Effort.BEST && !made.isEmpty()) {
      searchFurther(made);
      improveSmall(tables, rounded, priced, effort);
    }
    return new Result(bound, finished(rounded, times, made));
  }

  /** Makes a new plan from a relaxed solution, and improves it by the cheap passes. */
  private RoundedPlan plan(RelaxedSolution solution, BeamImprover beams) {
    RoundedPlan plan = rounding.round(solution);
    beams.improve(plan);
    if (effort != Effort.BEST && !beams.mayImprove(plan)) {
      plan.forgetRelaxed();
    }
    return plan;
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
    new SmallPlanning(tables, lines, problem.totalBlockingWatts(), best, smallEffort, workers)
        .improve(progress);
    for (int i = 0; i < targets.length; i++) {
      RoundedPlan plan = rounded.get(i);
      Found found = best.within(targets[i]);
      int[] choices = found == null ? plan.choices() : choices(tables, found);
      // The search computes with times in seconds. Because of rounding, its plan can miss the
      // deadline in ticks.
      if (new PlanTiming(options, choices, plan.deadline()).inTime()) {
        plan.replaceIfBetter(choices);
      }
    }
  }

  /** Returns the index of the option of each operation, from the settings of a plan. */
  private int[] choices(ClockTables tables, Found found) {
    int[] choices = new int[options.operations];
    for (int j = 0; j < choices.length; j++) {
      ProfileRow row = tables.row(j, found.settings()[j]);
      choices[j] = List.of(options.options[j]).indexOf(row);
    }
    return choices;
  }

  /**
   * Improves the plans of the default effort by a larger beam search. The larger beam search keeps
   * a plan if it finds no better plan. Therefore a higher effort never makes a plan worse.
   */
  private void searchFurther(List<RoundedPlan> rounded) {
    BeamImprover beams = new BeamImprover(events, scale, options, effort);
    List<Future<RoundedPlan>> improved = new ArrayList<>();
    for (RoundedPlan plan : rounded) {
      improved.add(
          workers.submit(
              () -> {
                rounding.exchange(plan);
                beams.improve(plan);
                return plan;
              }));
    }
    Workers.results(improved, progress);
    improveWorst(beams, rounded, DiminishingReturns.IGNORED);
  }

  /**
   * Runs the expensive passes of the beam search, one after another. An expensive pass runs only on
   * the plans with the largest gaps to their lower bounds.
   */
  private void improveWorst(
      BeamImprover beams, List<RoundedPlan> rounded, DiminishingReturns returns) {
    List<BeamPass.Guided> passes = beams.expensivePasses();
    for (int i = 0; i < passes.size() && returns.pay(gaps(rounded)); i++) {
      BeamPass.Guided pass = passes.get(i);
      List<RoundedPlan> worst = beams.worstPlans(pass, rounded);
      returns.spend(beams.shareOfBudget(pass, worst.size()));
      improve(beams, pass, worst);
      progress.step("improvement (passes)", i + 1, passes.size());
    }
  }

  private static double[] gaps(List<RoundedPlan> plans) {
    return plans.stream().mapToDouble(RoundedPlan::gap).toArray();
  }

  /** Runs one pass of the beam search over several plans, forwards and backwards in time. */
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
   * Starts one task for each rounded plan; the task makes the final plan from the rounded plan.
   *
   * @param made the plans that are no combinations of other plans, and so may have operations to
   *     exchange
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
