package perseus.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.recording.Progress;

/**
 * The frontier of the relaxed problem ({@link FrontierSolver}, {@link CertifiedFrontier}), rounded
 * to options ({@link PlanRounding}; {@link ClockAwareRounding} where changes of clock take time).
 */
final class PerseusPlanner {
  /** Times along the frontier whose prices serve plans with changes of clock. */
  private static final int PRICES = 200;

  private final PlanningProblem problem;
  private final ScaledCosts costs;
  private final EventNetwork events;
  private final boolean exact;

  PerseusPlanner(PlanningProblem problem) {
    this(problem, !CertifiedFrontier.isFaster(problem));
  }

  /**
   * @param exact whether to visit every breakpoint of the frontier, however many there are
   */
  PerseusPlanner(PlanningProblem problem, boolean exact) {
    this.problem = problem;
    this.costs = new ScaledCosts(problem);
    this.events = new EventNetwork(problem.dag(), costs);
    this.exact = exact;
  }

  /** The lower bound alone. */
  Frontier bound() {
    return frontier(new double[0], (target, point) -> {}, Progress.NONE);
  }

  private Frontier frontier(double[] targets, FrontierSolver.Visitor visitor, Progress progress) {
    return exact
        ? new FrontierSolver(problem, costs, events, progress).solve(targets, visitor)
        : new CertifiedFrontier(problem, costs, events, progress).solve(targets, visitor);
  }

  PlannedFrontier plan(PlanRequest request) {
    // The prices of time are those of all makespans, also where changes of clock leave no plan.
    double[] targets = request.targets(problem.shortestSeconds(), longestSeconds());
    if (request.plans() == PlanRequest.ALL) {
      Frontier bound = problem.bound();
      targets =
          DoubleStream.concat(
                  IntStream.range(0, bound.size()).mapToDouble(bound::time),
                  DoubleStream.of(targets))
              .map(time -> -time)
              .sorted()
              .distinct()
              .map(time -> -time)
              .toArray();
    }
    return plan(targets, request.effort(), request.progress());
  }

  private PlannedFrontier plan(double[] targets, Effort effort, Progress progress) {
    // Where the common pool has a single thread, a future would start a thread of its own.
    ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<Plan>> plans = new ArrayList<>();
      Frontier bound =
          problem.switchSeconds() > 0
              ? planClocks(targets, effort, pool, plans, progress)
              : planDurations(targets, effort, pool, plans, progress);
      problem.keepBound(bound);
      return PlannedFrontier.of(problem, joined(plans, Progress.NONE), bound);
    } finally {
      pool.shutdownNow();
    }
  }

  private Frontier planDurations(
      double[] targets,
      Effort effort,
      ExecutorService pool,
      List<Future<Plan>> plans,
      Progress progress) {
    OptionNetwork network = new OptionNetwork(problem, costs);
    PlanRounding rounding = new PlanRounding(problem, costs, events, network);
    Effort first = effort == Effort.BEST ? Effort.DEFAULT : effort;
    BeamRounds beams = new BeamRounds(events, costs, network, first);
    List<Double> times = new ArrayList<>();
    List<Future<Draft>> rounded = new ArrayList<>();
    Frontier bound =
        frontier(
            targets,
            (target, point) -> {
              times.add(
                  target == FrontierSolver.LEAST_ENERGY
                      ? costs.seconds(point.makespan())
                      : targets[target]);
              rounded.add(
                  pool.submit(
                      () -> {
                        Draft draft = rounding.round(point);
                        beams.improve(draft);
                        if (effort != Effort.BEST && !beams.mayImprove(draft)) {
                          draft.forgetRelaxed();
                        }
                        return draft;
                      }));
            },
            progress);
    List<Draft> drafts = joined(rounded, progress);
    improveWorst(beams, drafts, pool, progress);
    if (effort == Effort.BEST) {
      // On top of the default's, so that no plan is worse.
      BeamRounds more = new BeamRounds(events, costs, network, effort);
      List<Future<Draft>> improved = new ArrayList<>();
      for (Draft draft : drafts) {
        improved.add(
            pool.submit(
                () -> {
                  rounding.exchange(draft);
                  more.improve(draft);
                  return draft;
                }));
      }
      joined(improved, progress);
      improveWorst(more, drafts, pool, progress);
    }
    double shortest = problem.shortestSeconds();
    for (int i = 0; i < drafts.size(); i++) {
      Draft draft = drafts.get(i);
      double time = Math.max(shortest, times.get(i));
      plans.add(
          pool.submit(
              () -> {
                if (effort != Effort.FAST) {
                  rounding.exchange(draft);
                }
                return rounding.finish(draft, time);
              }));
    }
    return bound;
  }

  /** Goes through the dear rounds. */
  private static void improveWorst(
      BeamRounds beams, List<Draft> drafts, ExecutorService pool, Progress progress) {
    List<BeamRound> rounds = beams.dear();
    for (int i = 0; i < rounds.size(); i++) {
      improve(beams, rounds.get(i), drafts, pool);
      progress.step("improvement (rounds)", i + 1, rounds.size());
    }
  }

  /** Goes through a round over the worst plans, both ways at once. */
  private static void improve(
      BeamRounds beams, BeamRound round, List<Draft> drafts, ExecutorService pool) {
    List<Draft> worst = beams.worst(round, drafts);
    List<Future<int[]>> found = new ArrayList<>();
    for (Draft draft : worst) {
      for (int w = 0; w < BeamRounds.WAYS; w++) {
        int way = w;
        found.add(pool.submit(() -> beams.keepCourse(draft, way, round)));
      }
    }
    List<int[]> choices = joined(found, Progress.NONE);
    for (int i = 0; i < choices.size(); i++) {
      worst.get(i / BeamRounds.WAYS).takeIfBetter(choices.get(i));
    }
  }

  /**
   * Changes of clock cost time, so that plans for one time may come of another's prices, or of
   * another's plan that does not know of them: looks at both all along the frontier, whatever was
   * asked for.
   */
  private Frontier planClocks(
      double[] targets,
      Effort effort,
      ExecutorService pool,
      List<Future<Plan>> plans,
      Progress progress) {
    double[] spread =
        new PlanRequest(PRICES, targets).targets(targets[targets.length - 1], targets[0]);
    List<Plan> unaware =
        new PerseusPlanner(problem.withSwitchCost(0), exact).plan(spread, effort, progress).plans();
    List<FrontierSolver.RelaxedPoint> points = new ArrayList<>();
    TreeSet<Double> times = new TreeSet<>(DoubleStream.of(targets).boxed().toList());
    Frontier bound =
        frontier(
            spread,
            (target, point) -> {
              points.add(point);
              if (target == FrontierSolver.LEAST_ENERGY) {
                times.add(costs.seconds(point.makespan()));
              }
            },
            progress);
    ClockAwareRounding rounding = new ClockAwareRounding(problem, costs, points, unaware);
    double shortest = rounding.shortestSeconds();
    times.add(shortest);
    for (double time : times.tailSet(shortest)) {
      plans.add(pool.submit(() -> rounding.round(time)));
    }
    return bound;
  }

  private static <T> List<T> joined(List<Future<T>> futures, Progress progress) {
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        if (e.getCause() instanceof RuntimeException exception) {
          throw exception;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("planning was interrupted");
      }
      progress.step("plans", results.size(), futures.size());
    }
    return results;
  }

  /** Makespan of the slowest options worth having. */
  private double longestSeconds() {
    return Plan.of(problem, j -> problem.options(j).option(problem.options(j).size() - 1))
        .timeSeconds();
  }
}
