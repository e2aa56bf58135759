package perseus.planner.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * One frequency per stage, as Zeus balances a pipeline: the heaviest stage, whose forward takes
 * longest at the highest frequency, runs at each of its frequencies in turn, and every other stage
 * at the lowest at which its forward takes no longer than the heaviest's. A stage without forwards
 * is balanced by the computation that it runs first.
 */
public final class PerStagePlanner {
  private final PlanningProblem problem;
  private final IterationDag dag;

  /** Per stage, the operation whose time is balanced; -1 where the stage computes nothing. */
  private final int[] forward;

  private PerStagePlanner(PlanningProblem problem) {
    this.problem = problem;
    this.dag = problem.dag();
    this.forward = new int[dag.stages()];
    for (int s = 0; s < forward.length; s++) {
      forward[s] = balanced(s);
    }
  }

  /** The frontier of the plans, with the lower bound of the request if it has one. */
  public static Frontier plan(PlanningProblem problem, PlanRequest request) {
    return Frontier.of(problem, plans(problem), LowerBoundSolver.bound(problem, request));
  }

  /** A plan for each frequency of the heaviest stage, highest first. */
  private static List<Plan> plans(PlanningProblem problem) {
    return new PerStagePlanner(problem).plans();
  }

  private int balanced(int stage) {
    int first = -1;
    for (int j : dag.stageOperations(stage)) {
      Instruction instruction = dag.operations().get(j).instruction();
      if (instruction.equals(Instruction.FORWARD)) {
        return j;
      }
      if (first < 0 && instruction.isComputation()) {
        first = j;
      }
    }
    return first;
  }

  private List<Plan> plans() {
    int heaviest = -1;
    for (int s = 0; s < forward.length; s++) {
      if (forward[s] >= 0 && (heaviest < 0 || allMaxSeconds(s) > allMaxSeconds(heaviest))) {
        heaviest = s;
      }
    }
    if (heaviest < 0) {
      return List.of(Plan.allMax(problem));
    }
    List<Plan> plans = new ArrayList<>();
    for (int frequency : frequencies(heaviest)) {
      double limit = seconds(heaviest, frequency);
      int[] chosen = new int[forward.length];
      for (int s = 0; s < chosen.length; s++) {
        chosen[s] = s == heaviest ? frequency : slowestWithin(s, limit);
      }
      plans.add(Plan.of(problem, j -> row(j, chosen[dag.operations().get(j).stage()])));
    }
    return plans;
  }

  private double allMaxSeconds(int stage) {
    return problem.options(forward[stage]).allMax().timeSeconds();
  }

  private double seconds(int stage, int frequency) {
    return row(forward[stage], frequency).timeSeconds();
  }

  /** The lowest frequency of a stage that keeps within a time, else its highest. */
  private int slowestWithin(int stage, double seconds) {
    if (forward[stage] < 0) {
      return 0;
    }
    NavigableSet<Integer> frequencies = frequencies(stage);
    int chosen = frequencies.first();
    for (int frequency : frequencies) {
      if (seconds(stage, frequency) <= seconds) {
        chosen = frequency;
      }
    }
    return chosen;
  }

  /** The frequencies, highest first, at which all of a stage's computations were measured. */
  private NavigableSet<Integer> frequencies(int stage) {
    NavigableSet<Integer> common = null;
    for (ExecutionOptions set : sets(stage)) {
      if (common == null) {
        common = set.frequencies();
      } else {
        common.retainAll(set.frequencies());
      }
    }
    if (common == null || common.isEmpty()) {
      throw new UserError(
          "The planner per-stage needs a frequency at which all computations of stage %d were profiled."
              .formatted(stage));
    }
    return common;
  }

  private List<ExecutionOptions> sets(int stage) {
    List<ExecutionOptions> sets = new ArrayList<>();
    for (int j : dag.stageOperations(stage)) {
      ExecutionOptions set = problem.options(j);
      if (dag.operations().get(j).instruction().isComputation() && !sets.contains(set)) {
        sets.add(set);
      }
    }
    return sets;
  }

  private ProfileRow row(int operation, int frequency) {
    ExecutionOptions set = problem.options(operation);
    Optional<ProfileRow> row =
        dag.operations().get(operation).instruction().isComputation()
            ? set.fastestAt(frequency)
            : Optional.of(set.allMax());
    return row.orElseThrow();
  }
}
