package perseus.planner;

import java.util.Arrays;
import java.util.stream.Collectors;
import perseus.recording.InputException;

/** A way to plan the frequencies of an iteration. */
public enum Planner {
  /** The exact frontier of the relaxed problem, rounded to options. */
  PERSEUS("perseus") {
    @Override
    public PlannedFrontier plan(PlanningProblem problem, PlanRequest request) {
      return new PerseusPlanner(problem).plan(request);
    }
  },

  /** One frequency for all operations, each in turn. */
  UNIFORM("uniform") {
    @Override
    public PlannedFrontier plan(PlanningProblem problem, PlanRequest request) {
      return PlannedFrontier.of(
          problem, UniformPlanner.plans(problem), new PerseusPlanner(problem).bound());
    }
  };

  private final String flag;

  Planner(String flag) {
    this.flag = flag;
  }

  /** The name in flags and files. */
  public String flag() {
    return flag;
  }

  @Override
  public String toString() {
    return flag;
  }

  /** Plans a frontier. */
  public abstract PlannedFrontier plan(PlanningProblem problem, PlanRequest request);

  /**
   * The planner that a flag names.
   *
   * @throws InputException if there is none of that name
   */
  public static Planner of(String flag) {
    return Arrays.stream(values())
        .filter(planner -> planner.flag.equalsIgnoreCase(flag))
        .findFirst()
        .orElseThrow(
            () ->
                new InputException(
                    "Unknown planner '%s'; there are %s."
                        .formatted(
                            flag,
                            Arrays.stream(values())
                                .map(Planner::flag)
                                .collect(Collectors.joining(", ")))));
  }
}
