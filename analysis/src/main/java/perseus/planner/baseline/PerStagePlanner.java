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
 * Runs each stage at one frequency, so that the forward computations of all stages take about
 * equally long. The method is the per-stage baseline of Zeus.
 *
 * <p>The planner compares the forwards of the stages at the highest frequency. The planner makes
 * one plan for each frequency of the heaviest stage (the stage with the longest forward). Each
 * other stage runs at the lowest frequency at which its forward takes no longer than the forward of
 * the heaviest stage. For a stage without forwards, the planner compares the first computation of
 * the stage.
 *
 * <p>With F frequencies, S stages and N operations, the planner takes a time of O(F^2 (N + F S)).
 */
public final class PerStagePlanner {
  private final PlanningProblem problem;
  private final IterationDag dag;

  /**
   * {@code balanced[s]} is the operation whose time represents stage s when the planner compares
   * stages; NONE if stage s has no computation.
   */
  private final int[] balanced;

  private PerStagePlanner(PlanningProblem problem) {
    this.problem = problem;
    this.dag = problem.dag();
    this.balanced = new int[dag.stages()];
    for (int s = 0; s < balanced.length; s++) {
      balanced[s] = balancedOperation(s);
    }
  }

  /**
   * Makes the plans for a problem. If the request has no lower bound, the method computes the
   * bound.
   *
   * @throws UserError if the computations of a stage have no common profiled frequency
   */
  public static Frontier plan(PlanningProblem problem, PlanRequest request) {
    return Frontier.of(
        problem, new PerStagePlanner(problem).plans(), LowerBoundSolver.bound(problem, request));
  }

  private int balancedOperation(int stage) {
    int first = PlanningProblem.NONE;
    for (int j : dag.stageOperations(stage)) {
      Instruction instruction = dag.operations().get(j).instruction();
      if (instruction.equals(Instruction.FORWARD)) {
        return j;
      }
      if (first == PlanningProblem.NONE && instruction.isComputation()) {
        first = j;
      }
    }
    return first;
  }

  /**
   * Returns one plan for each frequency of the heaviest stage (the stage with the longest forward),
   * the highest frequency first.
   */
  private List<Plan> plans() {
    int heaviest = PlanningProblem.NONE;
    for (int s = 0; s < balanced.length; s++) {
      if (balanced[s] != PlanningProblem.NONE
          && (heaviest == PlanningProblem.NONE || allMaxSeconds(s) > allMaxSeconds(heaviest))) {
        heaviest = s;
      }
    }
    if (heaviest == PlanningProblem.NONE) {
      return List.of(Plan.allMax(problem));
    }
    List<Plan> plans = new ArrayList<>();
    for (int frequency : frequencies(heaviest)) {
      double limit = seconds(heaviest, frequency);
      int[] chosen = new int[balanced.length];
      for (int s = 0; s < chosen.length; s++) {
        chosen[s] = s == heaviest ? frequency : lowestFrequency(s, limit);
      }
      plans.add(Plan.of(problem, j -> row(j, chosen[dag.operations().get(j).stage()])));
    }
    return plans;
  }

  private double allMaxSeconds(int stage) {
    return problem.options(balanced[stage]).allMax().timeSeconds();
  }

  private double seconds(int stage, int frequency) {
    return row(balanced[stage], frequency).timeSeconds();
  }

  /**
   * Returns the lowest frequency in MHz at which the first forward of a stage takes at most {@code
   * limit} seconds. If the forward is too slow at every frequency, the method returns the highest
   * frequency. For a stage without computations, the method returns 0.
   */
  private int lowestFrequency(int stage, double limit) {
    if (balanced[stage] == PlanningProblem.NONE) {
      return 0;
    }
    NavigableSet<Integer> frequencies = frequencies(stage);
    int chosen = frequencies.first();
    for (int frequency : frequencies) {
      if (seconds(stage, frequency) <= limit) {
        chosen = frequency;
      }
    }
    return chosen;
  }

  /**
   * Returns the frequencies in MHz at which all computations of a stage were profiled, the highest
   * first.
   */
  private NavigableSet<Integer> frequencies(int stage) {
    NavigableSet<Integer> common = null;
    for (ExecutionOptions options : computations(stage)) {
      if (common == null) {
        common = options.frequencies();
      } else {
        common.retainAll(options.frequencies());
      }
    }
    if (common == null || common.isEmpty()) {
      throw new UserError(
          "The planner per-stage needs a frequency at which all computations of stage %d were profiled, and there is none. Profile them at the same frequencies, or use another planner."
              .formatted(stage));
    }
    return common;
  }

  /**
   * Returns the measured frequencies of each kind of computation, such as forward, that a stage
   * runs.
   */
  private List<ExecutionOptions> computations(int stage) {
    List<ExecutionOptions> kinds = new ArrayList<>();
    for (int j : dag.stageOperations(stage)) {
      ExecutionOptions options = problem.options(j);
      if (dag.operations().get(j).instruction().isComputation() && !kinds.contains(options)) {
        kinds.add(options);
      }
    }
    return kinds;
  }

  private ProfileRow row(int operation, int frequency) {
    ExecutionOptions options = problem.options(operation);
    Optional<ProfileRow> row =
        dag.operations().get(operation).instruction().isComputation()
            ? options.fastestAt(frequency)
            : Optional.of(options.allMax());
    return row.orElseThrow();
  }
}
