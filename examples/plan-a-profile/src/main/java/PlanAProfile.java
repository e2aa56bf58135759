import java.nio.file.Path;
import perseus.pipeline.Schedules;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/** Plans a profile, and prints the fastest plan and the plan of least energy. */
public class PlanAProfile {
  public static void main(String[] arguments) {
    StageProfile profile = StageProfile.read(Path.of(arguments[0]));
    PlanningProblem problem = PlanningProblem.of(profile, Schedules.of("1f1b"), 8);
    Frontier frontier = Planners.PERSEUS.plan(problem);
    System.out.printf("%d plans%n", frontier.plans().size());
    print("fastest", frontier, frontier.fastest(), profile.notes().simulated());
    print("least energy", frontier, frontier.leastEnergy(), profile.notes().simulated());
  }

  private static void print(String name, Frontier frontier, Plan plan, boolean simulated) {
    System.out.printf(
        "%-12s  %.4f s  %.2f J%s, %.3f %% above the lower bound%n",
        name,
        plan.timeSeconds(),
        plan.energyJoules(),
        simulated ? " (simulated)" : "",
        100 * frontier.gap(plan));
  }
}
