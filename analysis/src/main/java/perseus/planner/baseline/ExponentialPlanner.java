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
 * Plans with rounded times and fitted exponential energy curves, as the published Perseus planner
 * does (Chung et al., SOSP 2024). The exponential planner is a baseline, with which other planners
 * are compared.
 *
 * <p><b>Method.</b> The planner rounds the measured times of operations down to whole units of
 * time. Of several frequencies with the same rounded time, the planner keeps only the fastest. The
 * planner fits curves by least squares. The curve {@code a exp(b t) + c} gives the effective energy
 * of an operation that takes the time t. Effective energy is energy minus the energy of waiting.
 * The planner {@link PerseusPlanner} makes plans with points of the fitted curves instead of
 * measured frequencies. At the end, each operation gets the slowest measured frequency whose
 * rounded time fits into the time of the operation in the plan.
 *
 * <p>The planner evaluates its plans with measured times and energies. The distance from the plans
 * to the lower bound includes the cost of rounding and fitting.
 *
 * <p><b>Complexity.</b> The planner takes as long as {@link PerseusPlanner} for a profile with up
 * to {@value #MAX_UNITS} frequencies of each computation. In addition, the planner fits one curve
 * for each kind of computation.
 *
 * <p><b>Limits.</b> A fit fails if it does not converge, or if the fitted curve is not both falling
 * and convex. If a fit fails, the planner uses a convex curve through the fastest and the slowest
 * frequency.
 */
public final class ExponentialPlanner {
  /** Unit of time in seconds of the published planner on A100 GPUs. */
  private static final double UNIT_SECONDS = 1e-3;

  /**
   * Minimum time of a computation's fastest frequency, in units of time. For shorter computations
   * the unit of time is smaller, because otherwise most frequencies would have the same rounded
   * time.
   */
  private static final int MIN_UNITS = 20;

  /**
   * Maximum difference between the slowest and the fastest time of a computation, in units of time.
   * If the difference is larger, the planner uses a longer unit of time, because each unit adds one
   * frequency choice.
   */
  private static final int MAX_UNITS = 1000;

  /** Maximum rounding error of a time, as a fraction of a unit of time. */
  private static final double ROUNDING_UNITS = 1e-9;

  /**
   * Maximum number of iterations of a curve fit, above which the fit fails. A fit that starts from
   * a good curve needs far fewer iterations.
   */
  private static final int MAX_FIT_ITERATIONS = 10_000;

  /**
   * A fit starts from a curve {@code a exp(b t) + c}, in which {@code -b t} has this value at the
   * slowest frequency. The variable t is the number of seconds above the time of the fastest
   * frequency.
   */
  private static final double FIRST_DECAY = 2;

  private final PlanningProblem problem;
  private final Map<ExecutionOptions, List<ProfileRow>> candidates = new IdentityHashMap<>();

  private ExponentialPlanner(PlanningProblem problem) {
    this.problem = problem;
  }

  /**
   * Makes the plans for a problem. If the request has no lower bound, the method computes the
   * bound.
   */
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
    // The fitted curves give energy by time, without frequencies, so this planner ignores clock
    // changes.
    PlanningProblem free = modelled.withSwitchCost(0).withMinDwell(0);
    for (Plan plan : PerseusPlanner.plan(free, request, List.of()).plans()) {
      plans.add(Plan.of(problem, j -> within(problem.options(j), plan.choice(j).timeSeconds())));
    }
    return plans;
  }

  /** Returns the unit to which the times of a computation are rounded, in seconds. */
  private static double unit(ExecutionOptions options) {
    double range = options.time(options.size() - 1) - options.time(0);
    return Math.max(Math.min(UNIT_SECONDS, options.time(0) / MIN_UNITS), range / MAX_UNITS);
  }

  /** Converts a time to whole units of time, rounded down as in the published planner. */
  private static long units(double seconds, double unit) {
    return (long) Math.floor(seconds / unit + ROUNDING_UNITS);
  }

  /** Returns the fastest row of the profile for each rounded time, in rising order of time. */
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

  /**
   * Returns the slowest row of the profile that takes at most {@code seconds} after rounding both
   * times down.
   */
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

  /**
   * Returns the fitted energy curve as rows of a profile. Each unit of time between the fastest and
   * the slowest frequency gives one row.
   */
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

  /**
   * Returns the fitted effective energy (energy minus the energy of waiting for the same time) in
   * joules, at {@code time} seconds above the fastest time.
   */
  private static double value(double[] fit, double time) {
    return fit[0] * Math.exp(fit[1] * time) + fit[2];
  }

  /**
   * Fits the parameters a, b and c of the curve {@code a exp(b t) + c}. The fitted values are
   * energies in joules, minus the energy of waiting for the same time. The variable t is the number
   * of seconds above the time of the fastest frequency.
   */
  private static double[] fit(List<WeightedObservedPoint> points) {
    WeightedObservedPoint fastest = points.get(0);
    WeightedObservedPoint slowest = points.get(points.size() - 1);
    // The curve from which the fit starts is convex and goes through the fastest and the slowest
    // frequency. With only two frequencies, the curve from which the fit starts is exact.
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

  /** Computes the curve {@code a exp(b t) + c} and its derivatives with respect to a, b and c. */
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
