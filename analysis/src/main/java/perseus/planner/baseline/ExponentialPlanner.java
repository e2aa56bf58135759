package perseus.planner.baseline;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.analysis.ParametricUnivariateFunction;
import org.apache.commons.math3.exception.MathIllegalArgumentException;
import org.apache.commons.math3.exception.MathIllegalStateException;
import org.apache.commons.math3.fitting.SimpleCurveFitter;
import org.apache.commons.math3.fitting.WeightedObservedPoint;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.perseus.PerseusPlanner;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * The published planner's model of a profile (Chung et al., SOSP 2024), to compare with.
 *
 * <p><b>Method.</b> Times are rounded down to whole units. Of several options with the same rounded
 * time only the fastest is kept. The effective energy of an operation that takes time t is modelled
 * as {@code a exp(b t) + c}, fitted to its options by least squares. This project's planner finds
 * the frontier of these curves. Then each operation runs with its slowest option whose rounded time
 * is at most its planned time.
 *
 * <p>The plans are evaluated with measured times and energies. So the difference to the bound is
 * the cost of rounding and fitting.
 *
 * <p><b>Complexity.</b> That of {@link PerseusPlanner} with up to {@value #MAX_UNITS} options for
 * each computation, plus one fit for each kind of computation.
 *
 * <p><b>Limits.</b> If a fit fails or is not a falling convex curve, a convex curve through the
 * fastest and the slowest option replaces it.
 */
public final class ExponentialPlanner {
  /** The unit of the published planner on A100 GPUs, in seconds. */
  private static final double UNIT_SECONDS = 1e-3;

  /**
   * Minimum number of units that a computation takes at its fastest. For shorter computations the
   * unit shrinks, because rounding would make most of their options equal.
   */
  private static final int MIN_UNITS = 20;

  /**
   * Maximum number of units between the fastest and the slowest option. For longer computations the
   * unit grows, because each unit is an option to plan with.
   */
  private static final int MAX_UNITS = 1000;

  /** Share of a unit by which a time may miss a whole number of units through rounding errors. */
  private static final double ROUNDING_UNITS = 1e-9;

  /** Number of iterations after which a fit counts as failed; a good start needs far fewer. */
  private static final int MAX_FIT_ITERATIONS = 10_000;

  /** The decay from the fastest to the slowest option that a fit starts with: {@code b t = -2}. */
  private static final double FIRST_DECAY = 2;

  private final PlanningProblem problem;
  private final Map<ExecutionOptions, List<ProfileRow>> candidates = new IdentityHashMap<>();

  private ExponentialPlanner(PlanningProblem problem) {
    this.problem = problem;
  }

  /** Plans the frontier; its lower bound is the request's if that has one, otherwise computed. */
  public static Frontier plan(PlanningProblem problem, PlanRequest request) {
    List<Plan> plans = new ExponentialPlanner(problem).plans(request.withBound(null));
    return Frontier.of(problem, plans, LowerBoundSolver.bound(problem, request));
  }

  private List<Plan> plans(PlanRequest request) {
    Map<ExecutionOptions, ExecutionOptions> curves = new IdentityHashMap<>();
    PlanningProblem modelled =
        problem.withOptions(
            j ->
                curves.computeIfAbsent(
                    problem.options(j),
                    options ->
                        curve(
                            options,
                            problem.blockingWatts(problem.dag().operations().get(j).stage()))));
    List<Plan> plans = new ArrayList<>();
    // The curves have no frequencies, so there are no changes of clock to plan for.
    for (Plan plan : PerseusPlanner.plan(modelled.withSwitchCost(0), request).plans()) {
      plans.add(Plan.of(problem, j -> within(problem.options(j), plan.choice(j).timeSeconds())));
    }
    return plans;
  }

  /** The unit of time for a computation, in seconds. */
  private static double unit(ExecutionOptions options) {
    double range = options.time(options.size() - 1) - options.time(0);
    return Math.max(Math.min(UNIT_SECONDS, options.time(0) / MIN_UNITS), range / MAX_UNITS);
  }

  /** A time in whole units, rounded down as the published planner does. */
  private static long units(double seconds, double unit) {
    return (long) Math.floor(seconds / unit + ROUNDING_UNITS);
  }

  /** The fastest option for each number of whole units, the fastest first. */
  private static List<ProfileRow> candidates(ExecutionOptions options) {
    double unit = unit(options);
    List<ProfileRow> candidates = new ArrayList<>();
    long last = -1;
    for (int i = 0; i < options.size(); i++) {
      if (units(options.time(i), unit) > last) {
        last = units(options.time(i), unit);
        candidates.add(options.option(i));
      }
    }
    return candidates;
  }

  /** The slowest candidate that takes at most as many whole units as {@code seconds}. */
  private ProfileRow within(ExecutionOptions options, double seconds) {
    double unit = unit(options);
    ProfileRow chosen = options.option(0);
    for (ProfileRow row : candidates.computeIfAbsent(options, ExponentialPlanner::candidates)) {
      if (units(row.timeSeconds(), unit) <= units(seconds, unit)) {
        chosen = row;
      }
    }
    return chosen;
  }

  /** The fitted curve as options, one for each whole number of units within the options' range. */
  private static ExecutionOptions curve(ExecutionOptions options, double blockingWatts) {
    List<ProfileRow> candidates = candidates(options);
    if (candidates.size() == 1) {
      return ExecutionOptions.choice(candidates, blockingWatts);
    }
    double unit = unit(options);
    ProfileRow fastest = candidates.get(0);
    long first = units(fastest.timeSeconds(), unit);
    List<WeightedObservedPoint> points = new ArrayList<>();
    for (ProfileRow row : candidates) {
      points.add(
          new WeightedObservedPoint(
              1,
              (units(row.timeSeconds(), unit) - first) * unit,
              row.energyJoules() - blockingWatts * row.timeSeconds()));
    }
    double[] fit = fit(points);
    long last = units(candidates.get(candidates.size() - 1).timeSeconds(), unit);
    List<ProfileRow> rows = new ArrayList<>();
    for (long k = first; k <= last; k++) {
      double time = k * unit;
      double energy = value(fit, time - first * unit) + blockingWatts * time;
      rows.add(new ProfileRow(fastest.stage(), fastest.instruction(), 1, time, energy));
    }
    return ExecutionOptions.choice(rows, blockingWatts);
  }

  /** The fitted energy in joules at a time in seconds. */
  private static double value(double[] fit, double time) {
    return fit[0] * Math.exp(fit[1] * time) + fit[2];
  }

  /** Fits (a, b, c) of {@code a exp(b t) + c}, where t counts from the fastest option's time. */
  private static double[] fit(List<WeightedObservedPoint> points) {
    WeightedObservedPoint fastest = points.get(0);
    WeightedObservedPoint slowest = points.get(points.size() - 1);
    // The start is convex and goes through both ends. Two points do not determine more.
    double b = -FIRST_DECAY / slowest.getX();
    double a = (fastest.getY() - slowest.getY()) / (1 - Math.exp(-FIRST_DECAY));
    double[] guess = {a, b, fastest.getY() - a};
    if (points.size() < 3) {
      return guess;
    }
    try {
      double[] fit =
          SimpleCurveFitter.create(new Exponential(), guess)
              .withMaxIterations(MAX_FIT_ITERATIONS)
              .fit(points);
      return fit[0] > 0 && fit[1] < 0 ? fit : guess;
    } catch (MathIllegalArgumentException | MathIllegalStateException e) {
      return guess;
    }
  }

  /** The function {@code a exp(b t) + c} and its gradient in (a, b, c). */
  private static final class Exponential implements ParametricUnivariateFunction {
    @Override
    public double value(double time, double... fit) {
      return ExponentialPlanner.value(fit, time);
    }

    @Override
    public double[] gradient(double time, double... fit) {
      double power = Math.exp(fit[1] * time);
      return new double[] {power, fit[0] * time * power, 1};
    }
  }
}
