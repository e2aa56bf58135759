package perseus.cli.analyze;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.io.UserError;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import picocli.CommandLine.Option;

/** Flags that say which other planners a frontier chart shows. */
final class BaselineFlags {
  @Option(
      names = "--baselines",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "uniform,per-stage,envpipe",
      description =
          "Planners whose plans the frontier chart shows beside the plans. Default: ${DEFAULT-VALUE}.")
  List<String> names;

  /** Refuses planners that do not exist. */
  void check() {
    names.forEach(Planners::of);
  }

  /**
   * The baselines' plans. {@code drawn} itself is no baseline, nor is one that the profile has no
   * plans of, such as one frequency for all where no two stages have the same.
   */
  Map<Planner, List<Plan>> plans(PlanningProblem problem, Planner drawn) {
    Map<Planner, List<Plan>> baselines = new LinkedHashMap<>();
    for (String name : names) {
      Planner planner = Planners.of(name);
      if (planner != drawn) {
        try {
          baselines.put(planner, planner.plan(problem, PlanRequest.standard()).plans());
        } catch (UserError e) {
          // The plans that were asked for are there, and their chart is of use without it.
        }
      }
    }
    return baselines;
  }
}
