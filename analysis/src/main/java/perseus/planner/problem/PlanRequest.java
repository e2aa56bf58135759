package perseus.planner.problem;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.stream.DoubleStream;
import perseus.io.Progress;

/**
 * States how many plans a planner makes, for which iteration times, and how much work the planner
 * spends to improve the plans.
 *
 * <p>A planner that plans for given times makes three further plans. The further plans are the
 * fastest plan, the plan of minimum energy, and the plan of minimum effective energy. Effective
 * energy is energy minus the energy of waiting. Some planners have a fixed set of plans, for
 * example one plan for each frequency. Planners with a fixed set of plans use only the lower bound
 * of the request.
 *
 * @param plans number of plans, with evenly spaced iteration times. With {@link #ALL}, there is one
 *     plan at every makespan at which the slope of the lower bound changes.
 * @param times additional iteration times in seconds. The planner makes one plan for each
 *     additional iteration time, but ignores iteration times below the shortest makespan.
 * @param effort how much work to spend on better plans
 * @param progress receives the progress of planning
 * @param bound the lower bound on the energy of plans; null if the planner has to compute it
 * @param earlier plans that were made earlier for the same job, from which the planner starts. If
 *     there are earlier plans, their iteration times replace the evenly spaced iteration times.
 */
public record PlanRequest(
    int plans,
    double[] times,
    Effort effort,
    Progress progress,
    LowerBound bound,
    EarlierPlans earlier) {
  /**
   * Value of {@code plans} that asks for one plan at every makespan at which the slope of the lower
   * bound changes.
   */
  public static final int ALL = Integer.MAX_VALUE;

  private static final int STANDARD_PLANS = 200;

  public PlanRequest {
    times = times.clone();
  }

  /**
   * Makes a request with the default effort, without progress reports and without a known lower
   * bound.
   */
  public PlanRequest(int plans, double... times) {
    this(plans, times, Effort.DEFAULT, Progress.NONE);
  }

  /** Makes a request without a known lower bound on the energy of plans. */
  public PlanRequest(int plans, double[] times, Effort effort, Progress progress) {
    this(plans, times, effort, progress, null, EarlierPlans.NONE);
  }

  @Override
  public double[] times() {
    return times.clone();
  }

  /** Returns a request for 200 plans with the default effort. */
  public static PlanRequest standard() {
    return new PlanRequest(STANDARD_PLANS);
  }

  /**
   * Returns a copy of this request with another lower bound.
   *
   * @param known the lower bound on the energy of plans; null if it is not known
   */
  public PlanRequest withBound(LowerBound known) {
    return new PlanRequest(plans, times, effort, progress, known, earlier);
  }

  /** Returns a copy of this request that starts from earlier plans of the same job. */
  public PlanRequest from(EarlierPlans known) {
    return new PlanRequest(plans, times, effort, progress, bound, known);
  }

  /**
   * Returns the iteration times for which a planner makes plans, in seconds, in falling order.
   *
   * <p>The returned times are the shortest and the longest makespan, evenly spaced times between
   * them, and the additional times of the request. A request for {@link #ALL} plans has no evenly
   * spaced times. If the request has earlier plans, their iteration times replace the evenly spaced
   * times. The returned times do not include the time of minimum energy, which planners compute
   * from the lower bound.
   *
   * @param shortest shortest makespan of any plan, in seconds
   * @param longest makespan in seconds of the plan with the minimum effective energy (energy minus
   *     the energy of waiting for the same time)
   */
  public double[] targets(double shortest, double longest) {
    TreeSet<Double> targets = new TreeSet<>(Comparator.reverseOrder());
    targets.add(shortest);
    targets.add(longest);
    for (int i = 1; i < plans - 1 && plans != ALL && earlier.isEmpty(); i++) {
      targets.add(longest - (longest - shortest) * i / (plans - 1));
    }
    DoubleStream.of(earlier.times())
        .filter(time -> time >= shortest && time <= longest)
        .forEach(targets::add);
    for (double time : times) {
      if (time >= shortest) {
        targets.add(time);
      }
    }
    return targets.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
