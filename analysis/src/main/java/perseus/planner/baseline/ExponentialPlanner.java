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
 * Plans with the model of the published Perseus planner (Chung et al., SOSP 2024): rounded times
 * and a fitted exponential curve for each kind of computation. This planner is a baseline, with
 * which other planners are compared.
 *
 * <p><b>Method.</b> The planner rounds the times of options (frequencies) down to whole units of
 * time. If several options of an operation have the same rounded time, the planner keeps only the
 * fastest of them. The model of an operation's effective energy (energy minus the energy of waiting
 * for the same time) at time t is {@code a exp(b t) + c}. The planner fits the exponential curve to
 * the operation's options by least squares. Then {@link PerseusPlanner} makes plans with points of
 * the fitted curves instead of measured options. Finally each operation gets its slowest measured
 * option whose rounded time is at most the time of the operation in the plan of {@link
 * PerseusPlanner}.
 *
 * <p>The planner evaluates its plans with measured times and energies. Therefore the distance from
 * the plans to the lower bound includes the cost of rounding and fitting.
 *
 * <p><b>Complexity.</b> The planner takes as long as {@link PerseusPlanner} with up to {@value
 * #MAX_UNITS} options for each computation, plus one fit for each kind of computation.
 *
 * <p><b>Limits.</b> A fit fails if it does not converge, or if the fitted curve is not both falling
 * and convex. If a fit fails, the planner uses a convex curve through the fastest and the slowest
 * option.
 */
public final class ExponentialPlanner {
  /** The published planner uses a unit of time of 0.001 seconds on A100 GPUs. */
  private static final double UNIT_SECONDS = 1e-3;

  /**
   * Minimum time of a computation's fastest option (frequency), in units of time. For shorter
   * computations the unit of time is smaller, because otherwise most of their options would have
   * the same rounded time.
   */
  private static final int MIN_UNITS = 20;

  /**
   * Maximum difference between the times of the slowest and the fastest option (frequency), in
   * units of time. For options whose times differ by more units, the unit of time is larger,
   * because the planner makes one option for each unit.
   */
  private static final int MAX_UNITS = 1000;

  /**
   * Maximum rounding error of a time, as a fraction of a unit of time. A time that is below a whole
   * number of units by at most this error counts as the whole number.
   */
  private static final double ROUNDING_UNITS = 1e-9;

  /**
   * Maximum number of iterations of a curve fit; a fit that needs more iterations fails. A fit that
   * starts from a good curve needs far fewer iterations.
   */
  private static final int MAX_FIT_ITERATIONS = 10_000;

  /**
   * The fit of a curve {@code a exp(b t) + c} starts with a curve whose term {@code b t} is -2 at
   * the slowest option (frequency). The variable t is the number of seconds that an option takes
   * more than the fastest option.
   */
  private static final double FIRST_DECAY = 2;

  private final PlanningProblem problem;
  private final Map<ExecutionOptions, List<ProfileRow>> candidates = new IdentityHashMap<>();

  private ExponentialPlanner(PlanningProblem problem) {
    this.problem = problem;
  }

  /**
   * Plans the frontier. The lower bound of the frontier comes from the request if the request has a
   * bound; otherwise the method computes the bound.
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
    // The curves have no frequencies, so this planner ignores changes of clock.
    PlanningProblem free = modelled.withSwitchCost(0).withMinDwell(0);
    for (Plan plan : PerseusPlanner.plan(free, request, List.of()).plans()) {
      plans.add(Plan.of(problem, j -> within(problem.options(j), plan.choice(j).timeSeconds())));
    }
    return plans;
  }

  /** Returns the unit of time to which the times of a computation are rounded, in seconds. */
  private static double unit(ExecutionOptions options) {
    double range = options.time(options.size() - 1) - options.time(0);
    return Math.max(Math.min(UNIT_SECONDS, options.time(0) / MIN_UNITS), range / MAX_UNITS);
  }

  /** Converts a time to whole units of time, rounded down as in the published planner. */
  private static long units(double seconds, double unit) {
    return (long) Math.floor(seconds / unit + ROUNDING_UNITS);
  }

  /**
   * Returns, for each rounded time, the fastest of the options (frequencies) with this rounded
   * time. The returned options (candidates) are in rising order of time.
   */
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
   * Returns the slowest candidate whose time, in whole units of time, is at most {@code seconds} in
   * whole units of time. Both times are rounded down. A candidate is the fastest of all options
   * (frequencies) with the same rounded time.
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
   * Returns the fitted curve of an operation's effective energy (energy minus the energy of waiting
   * for the same time) as execution options (frequencies). The result has one option for each whole
   * number of time units between the times of the fastest and the slowest candidate. A candidate is
   * an option that the fit uses.
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
   * Returns the fitted effective energy (energy minus the energy of waiting for the same time), in
   * joules, of an option (frequency) that takes {@code time} seconds more than the fastest option.
   */
  private static double value(double[] fit, double time) {
    return fit[0] * Math.exp(fit[1] * time) + fit[2];
  }

  /**
   * Fits the parameters a, b and c of the curve {@code a exp(b t) + c} to effective energies
   * (energy minus the energy of waiting for the same time) in joules. The variable t is the number
   * of seconds that an option (frequency) takes more than the fastest option.
   */
  private static double[] fit(List<WeightedObservedPoint> points) {
    WeightedObservedPoint fastest = points.get(0);
    WeightedObservedPoint slowest = points.get(points.size() - 1);
    // The curve with which the fit starts is convex and goes through the fastest and the slowest
    // option. If there are only two options, no other curve can fit them better.
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
