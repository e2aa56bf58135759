package perseus.planner;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.analysis.ParametricUnivariateFunction;
import org.apache.commons.math3.exception.ConvergenceException;
import org.apache.commons.math3.exception.MathIllegalArgumentException;
import org.apache.commons.math3.exception.TooManyEvaluationsException;
import org.apache.commons.math3.exception.TooManyIterationsException;
import org.apache.commons.math3.fitting.SimpleCurveFitter;
import org.apache.commons.math3.fitting.WeightedObservedPoint;
import perseus.profile.ProfileRow;
import perseus.recording.Instruction;

/**
 * The published planner's model of a profile (Chung et al., SOSP 2024): times are whole multiples
 * of a unit, and what an operation costs in time t is {@code a exp(b t) + c}, fitted by least
 * squares to the effective energies of the options worth having. The frontier of these curves is
 * found with the same flows as ours; an operation then runs with its slowest option that, in whole
 * units, keeps within its planned time. Plans are evaluated from measured times and energies, so
 * the difference to the bound is what quantizing and fitting cost.
 */
final class ExponentialPlanner {
  /** As published for A100. Computations shorter than some units get a smaller unit. */
  private static final double UNIT_SECONDS = 1e-3;

  private static final int LEAST_UNITS = 20;

  private final PlanningProblem problem;
  private final double unit;

  private ExponentialPlanner(PlanningProblem problem) {
    this.problem = problem;
    double fastest = Double.POSITIVE_INFINITY;
    for (int j = 0; j < problem.dag().size(); j++) {
      if (problem.options(j).size() > 1) {
        fastest = Math.min(fastest, problem.options(j).time(0));
      }
    }
    this.unit = Math.min(UNIT_SECONDS, fastest / LEAST_UNITS);
  }

  static List<Plan> plans(PlanningProblem problem, PlanRequest request) {
    return new ExponentialPlanner(problem).plans(request);
  }

  private List<Plan> plans(PlanRequest request) {
    Map<OptionSet, OptionSet> curves = new IdentityHashMap<>();
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
    for (Plan plan : Planner.PERSEUS.plan(modelled, request).plans()) {
      plans.add(Plan.of(problem, j -> within(problem.options(j), plan.choice(j).timeSeconds())));
    }
    return plans;
  }

  private long units(double seconds) {
    return Math.round(seconds / unit);
  }

  /** The slowest option whose time in whole units is at most {@code seconds}. */
  private ProfileRow within(OptionSet set, double seconds) {
    if (set.size() == 1) {
      return set.option(0);
    }
    int chosen = 0;
    for (int i = 1; i < set.size(); i++) {
      if (units(set.time(i)) <= units(seconds)) {
        chosen = i;
      }
    }
    return set.option(chosen);
  }

  /** The fitted curve at every whole number of units within the range of an option set. */
  private OptionSet curve(OptionSet set, double blockingWatts) {
    if (set.size() == 1) {
      return set;
    }
    double[] fit = fit(set);
    Instruction instruction = set.option(0).instruction();
    List<ProfileRow> rows = new ArrayList<>();
    for (long k = units(set.time(0)); k <= units(set.time(set.size() - 1)); k++) {
      double time = k * unit;
      double energy = value(fit, time - set.time(0)) + blockingWatts * time;
      rows.add(new ProfileRow(set.option(0).stage(), instruction, 1, time, energy));
    }
    return OptionSet.choice(rows, blockingWatts);
  }

  private static double value(double[] fit, double time) {
    return fit[0] * Math.exp(fit[1] * time) + fit[2];
  }

  /** (a, b, c) of {@code a exp(b (t - fastest time)) + c}, which is the same family of curves. */
  private static double[] fit(OptionSet set) {
    int last = set.size() - 1;
    double span = set.time(last) - set.time(0);
    double drop = set.effectiveEnergy(0) - set.effectiveEnergy(last);
    double[] guess = {drop, -2 / span, set.effectiveEnergy(last)};
    if (set.size() < 3) {
      // A line: two points determine no more.
      return new double[] {
        drop / (1 - Math.exp(-2)), -2 / span, set.effectiveEnergy(0) - drop / (1 - Math.exp(-2))
      };
    }
    List<WeightedObservedPoint> points = new ArrayList<>();
    for (int i = 0; i <= last; i++) {
      points.add(new WeightedObservedPoint(1, set.time(i) - set.time(0), set.effectiveEnergy(i)));
    }
    try {
      double[] fit =
          SimpleCurveFitter.create(new Exponential(), guess).withMaxIterations(10_000).fit(points);
      return fit[0] > 0 && fit[1] < 0 ? fit : guess;
    } catch (ConvergenceException
        | TooManyIterationsException
        | TooManyEvaluationsException
        | MathIllegalArgumentException e) {
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
