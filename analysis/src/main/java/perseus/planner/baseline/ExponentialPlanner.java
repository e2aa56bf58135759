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
 * The published planner's model of a profile (Chung et al., SOSP 2024): times are rounded down to
 * whole units, of options with the same time only the fastest is kept, and what an operation costs
 * in time t is {@code a exp(b t) + c}, fitted by least squares to the options' effective energies.
 * The frontier of these curves is found with the same flows as ours; an operation then runs with
 * its slowest option that, in whole units, keeps within its planned time. Plans are evaluated from
 * measured times and energies, so the difference to the bound is what quantizing and fitting cost.
 */
public final class ExponentialPlanner {
  /**
   * As published for A100; less where a computation would have fewer than {@value #LEAST_UNITS} of
   * them, more where its options would range over more than {@value #MOST_UNITS}.
   */
  private static final double UNIT_SECONDS = 1e-3;

  private static final int LEAST_UNITS = 20;
  private static final int MOST_UNITS = 1000;

  private final PlanningProblem problem;
  private final Map<ExecutionOptions, List<ProfileRow>> candidates = new IdentityHashMap<>();

  private ExponentialPlanner(PlanningProblem problem) {
    this.problem = problem;
  }

  /** The frontier of the plans, with the lower bound of the request if it has one. */
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
                    set ->
                        curve(
                            set,
                            problem.blockingWatts(problem.dag().operations().get(j).stage()))));
    List<Plan> plans = new ArrayList<>();
    // The model has no frequencies that could change.
    for (Plan plan : PerseusPlanner.plan(modelled.withSwitchCost(0), request).plans()) {
      plans.add(Plan.of(problem, j -> within(problem.options(j), plan.choice(j).timeSeconds())));
    }
    return plans;
  }

  private static double unit(ExecutionOptions set) {
    double range = set.time(set.size() - 1) - set.time(0);
    return Math.max(Math.min(UNIT_SECONDS, set.time(0) / LEAST_UNITS), range / MOST_UNITS);
  }

  /** Whole units within a time: the published planner rounds times down. */
  private static long units(double seconds, double unit) {
    return (long) Math.floor(seconds / unit + 1e-9);
  }

  /** The fastest option of each number of whole units, from the fastest. */
  private static List<ProfileRow> candidates(ExecutionOptions set) {
    double unit = unit(set);
    List<ProfileRow> candidates = new ArrayList<>();
    long last = -1;
    for (int i = 0; i < set.size(); i++) {
      if (units(set.time(i), unit) > last) {
        last = units(set.time(i), unit);
        candidates.add(set.option(i));
      }
    }
    return candidates;
  }

  /** The slowest candidate whose whole units are at most {@code seconds}. */
  private ProfileRow within(ExecutionOptions set, double seconds) {
    double unit = unit(set);
    ProfileRow chosen = set.option(0);
    for (ProfileRow row : candidates.computeIfAbsent(set, ExponentialPlanner::candidates)) {
      if (units(row.timeSeconds(), unit) <= units(seconds, unit)) {
        chosen = row;
      }
    }
    return chosen;
  }

  /** The fitted curve at every whole number of units within the range of an option set. */
  private static ExecutionOptions curve(ExecutionOptions set, double blockingWatts) {
    List<ProfileRow> candidates = candidates(set);
    if (candidates.size() == 1) {
      return ExecutionOptions.choice(candidates, blockingWatts);
    }
    double unit = unit(set);
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

  private static double value(double[] fit, double time) {
    return fit[0] * Math.exp(fit[1] * time) + fit[2];
  }

  /** (a, b, c) of {@code a exp(b t) + c} with t from the fastest option's time on. */
  private static double[] fit(List<WeightedObservedPoint> points) {
    WeightedObservedPoint fastest = points.get(0);
    WeightedObservedPoint slowest = points.get(points.size() - 1);
    // Through both ends and convex, which is all that two points determine.
    double b = -2 / slowest.getX();
    double a = (fastest.getY() - slowest.getY()) / (1 - Math.exp(-2));
    double[] guess = {a, b, fastest.getY() - a};
    if (points.size() < 3) {
      return guess;
    }
    try {
      double[] fit =
          SimpleCurveFitter.create(new Exponential(), guess).withMaxIterations(10_000).fit(points);
      return fit[0] > 0 && fit[1] < 0 ? fit : guess;
    } catch (MathIllegalArgumentException | MathIllegalStateException e) {
      return guess;
    }
  }

  /** {@code a exp(b t) + c}. */
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
