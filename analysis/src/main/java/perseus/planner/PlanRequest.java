package perseus.planner;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Which of the frontier's plans to make. The shortest, that of least energy (T*) and that of T_eps
 * are always among them.
 *
 * @param plans number of plans, evenly spaced in time; {@link #ALL} for one at every breakpoint
 * @param times further times in seconds for which to make a plan
 */
public record PlanRequest(int plans, double[] times) {
  public static final int ALL = Integer.MAX_VALUE;

  /** As many plans as a directory holds by default. */
  public static PlanRequest standard() {
    return new PlanRequest(200, new double[0]);
  }

  /** Times in falling order for which to make plans. */
  double[] targets(Frontier frontier) {
    double shortest = frontier.shortestTime();
    double longest = frontier.timeOfLeastEffectiveEnergy();
    TreeSet<Double> targets = new TreeSet<>(Comparator.reverseOrder());
    targets.addAll(List.of(shortest, frontier.timeOfLeastEnergy(), longest));
    if (plans == ALL) {
      for (int i = 0; i < frontier.size(); i++) {
        targets.add(frontier.time(i));
      }
    } else {
      for (int i = 1; i < plans - 1; i++) {
        targets.add(longest - (longest - shortest) * i / (plans - 1));
      }
    }
    for (double time : times) {
      if (time >= shortest) {
        targets.add(time);
      }
    }
    return targets.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
