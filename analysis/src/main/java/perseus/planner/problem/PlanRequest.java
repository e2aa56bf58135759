package perseus.planner.problem;

import java.util.Comparator;
import java.util.TreeSet;
import perseus.io.Progress;

/**
 * Which of the frontier's plans to make. The shortest, that of least energy (T*) and that of T_eps
 * are always among them.
 *
 * @param plans number of plans, evenly spaced in time; {@link #ALL} for one at every breakpoint
 * @param times further times in seconds for which to make a plan; those below the shortest makespan
 *     are passed over
 * @param effort how long to look for better plans
 * @param progress receives the progress of planning
 * @param bound the lower bound of the same problem, if it is already known; null: the planner
 *     computes it
 */
public record PlanRequest(
    int plans, double[] times, Effort effort, Progress progress, LowerBound bound) {
  public static final int ALL = Integer.MAX_VALUE;

  /** Plans with the default effort. */
  public PlanRequest(int plans, double... times) {
    this(plans, times, Effort.DEFAULT, Progress.NONE);
  }

  /** Plans whose lower bound is not known yet. */
  public PlanRequest(int plans, double[] times, Effort effort, Progress progress) {
    this(plans, times, effort, progress, null);
  }

  /** As many plans as a directory holds by default. */
  public static PlanRequest standard() {
    return new PlanRequest(200);
  }

  /**
   * The same request for a problem whose lower bound is known.
   *
   * @param known the bound; null where it is not known
   */
  public PlanRequest withBound(LowerBound known) {
    return new PlanRequest(plans, times, effort, progress, known);
  }

  /** Times in falling order for which to make plans, between two ends; T* comes on top. */
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
