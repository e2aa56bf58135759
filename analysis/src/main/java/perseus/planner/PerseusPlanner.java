package perseus.planner;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import perseus.recording.Progress;

/**
 * The exact frontier of the relaxed problem ({@link FrontierSolver}), rounded to options ({@link
 * PlanRounding}).
 */
final class PerseusPlanner {
  /** Times along the frontier whose prices serve plans with changes of clock. */
  private static final int PRICES = 200;

  private final PlanningProblem problem;
  private final ScaledCosts costs;
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
    this.exact = exact;
  }

  /** The lower bound alone. */
  Frontier bound() {
    return frontier(new double[0], (target, point) -> {}, Progress.NONE);
  }

  private Frontier frontier(double[] targets, FrontierSolver.Visitor visitor, Progress progress) {
    return exact
        ? new FrontierSolver(problem, costs, progress).solve(targets, visitor)
        : new CertifiedFrontier(problem, costs, progress).solve(targets, visitor);
  }

  PlannedFrontier plan(PlanRequest request) {
    double[] targets =
        request.targets(makespan(j -> 0), makespan(j -> problem.options(j).size() - 1));
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
              ? planClocks(targets, pool, plans, progress)
              : planDurations(targets, effort, pool, plans, progress);
      problem.keepBound(bound);
      return PlannedFrontier.of(problem, joined(plans, progress), bound);
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
    double shortest = makespan(j -> 0);
    PlanRounding rounding = new PlanRounding(problem, costs, effort);
    return frontier(
        targets,
        (target, point) -> {
          double time =
              target == FrontierSolver.LEAST_ENERGY
                  ? costs.seconds(point.makespan())
                  : targets[target];
          plans.add(pool.submit(() -> rounding.round(point, Math.max(shortest, time))));
        },
        progress);
  }

  /**
   * Changes of clock cost time, so that plans for one time may come of another's prices: looks at
   * prices all along the frontier, whatever was asked for.
   */
  private Frontier planClocks(
      double[] targets, ExecutorService pool, List<Future<Plan>> plans, Progress progress) {
    double[] spread =
        new PlanRequest(PRICES, targets).targets(targets[targets.length - 1], targets[0]);
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
    ClockAwareRounding rounding = new ClockAwareRounding(problem, costs, points);
    double shortest = rounding.shortestSeconds();
    times.add(shortest);
    for (double time : times.tailSet(shortest)) {
      plans.add(pool.submit(() -> rounding.round(time)));
    }
    return bound;
  }

  private static List<Plan> joined(List<Future<Plan>> futures, Progress progress) {
    List<Plan> plans = new ArrayList<>();
    for (Future<Plan> future : futures) {
      try {
        plans.add(future.get());
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
      progress.step("plans", plans.size(), futures.size());
    }
    return plans;
  }

  private double makespan(IntUnaryOperator choice) {
    return Plan.of(problem, j -> problem.options(j).option(choice.applyAsInt(j))).timeSeconds();
  }
}
