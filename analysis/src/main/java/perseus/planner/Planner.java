package perseus.planner;

import java.util.Arrays;
import java.util.stream.Collectors;
import perseus.recording.InputException;

/** A way to plan the frequencies of an iteration. */
public enum Planner {
  /** The exact frontier of the relaxed problem, rounded to options. */
  PERSEUS("perseus", "Perseus") {
    @Override
    public PlannedFrontier plan(PlanningProblem problem, PlanRequest request) {
      return new PerseusPlanner(problem).plan(request);
    }
  },

  /** One frequency for all operations, each in turn. */
  UNIFORM("uniform", "one frequency for all") {
    @Override
    public PlannedFrontier plan(PlanningProblem problem, PlanRequest request) {
      return PlannedFrontier.of(problem, UniformPlanner.plans(problem), problem.bound());
    }
  },

  /** One frequency per stage, so that forwards take as long in all. */
  PER_STAGE("per-stage", "one frequency per stage") {
    @Override
    public PlannedFrontier plan(PlanningProblem problem, PlanRequest request) {
      return PlannedFrontier.of(problem, PerStagePlanner.plans(problem), problem.bound());
    }
  },

  /** Low frequencies off the outer envelope, raised until the envelope is the longest path. */
  ENVPIPE("envpipe", "EnvPipe") {
    @Override
    public PlannedFrontier plan(PlanningProblem problem, PlanRequest request) {
      return EnvPipePlanner.plan(problem, problem.bound());
    }
  },

  /** The published planner's model: whole milliseconds and a fitted curve per computation. */
  EXPONENTIAL("exponential", "exponential fit") {
    @Override
    public PlannedFrontier plan(PlanningProblem problem, PlanRequest request) {
      return PlannedFrontier.of(
          problem, ExponentialPlanner.plans(problem, request), problem.bound());
    }
  };

  private final String flag;
  private final String title;

  Planner(String flag, String title) {
    this.flag = flag;
    this.title = title;
  }

  /** What charts and tables call it. */
  public String title() {
    return title;
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
