package perseus.planner.problem;

import java.util.Comparator;
import java.util.TreeSet;
import perseus.io.Progress;

/**
 * Which plans of a frontier to make, and with how much effort.
 *
 * <p>The plan with the shortest time, the plan with the minimum energy (T*) and the plan with the
 * minimum effective energy (T_eps) are always made. Planners with a fixed set of plans, such as one
 * for each frequency, use only the bound of the request.
 *
 * @param plans number of plans, evenly spaced in time; {@link #ALL} for one plan at every
 *     breakpoint of the lower bound
 * @param times additional times in seconds to make a plan for; times below the shortest makespan
 *     are ignored
 * @param effort how much work to spend on better plans
 * @param progress receives the progress of planning
 * @param bound the lower bound of the same problem if it is known; null if the planner has to
 *     compute it
 */
public record PlanRequest(
    int plans, double[] times, Effort effort, Progress progress, LowerBound bound) {
  /** Number of plans that asks for one plan at every breakpoint. */
  public static final int ALL = Integer.MAX_VALUE;

  private static final int STANDARD_PLANS = 200;

  /** A request with the default effort, without progress and without a known bound. */
  public PlanRequest(int plans, double... times) {
    this(plans, times, Effort.DEFAULT, Progress.NONE);
  }

  /** A request without a known bound. */
  public PlanRequest(int plans, double[] times, Effort effort, Progress progress) {
    this(plans, times, effort, progress, null);
  }

  /** The default request: 200 plans with the default effort. */
  public static PlanRequest standard() {
    return new PlanRequest(STANDARD_PLANS);
  }

  /**
   * The same request for a problem whose lower bound is known.
   *
   * @param known the bound; null if it is not known
   */
  public PlanRequest withBound(LowerBound known) {
    return new PlanRequest(plans, times, effort, progress, known);
  }

  /**
   * Returns the times to make plans for, in seconds, in falling order: evenly spaced times between
   * both ends, the ends themselves, and the additional times. T* is not among them; planners find
   * it from the bound.
   *
   * @param shortest shortest makespan, in seconds
   * @param longest makespan of minimum effective energy, in seconds
   */
  public double[] targets(double shortest, double longest) {
    TreeSet<Double> targets = new TreeSet<>(Comparator.reverseOrder());
    targets.add(shortest);
    targets.add(longest);
    for (int i = 1; i < plans - 1 && plans != ALL; i++) {
      targets.add(longest - (longest - shortest) * i / (plans - 1));
    }
    for (double time : times) {
      if (time >= shortest) {
        targets.add(time);
      }
    }
    return targets.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
