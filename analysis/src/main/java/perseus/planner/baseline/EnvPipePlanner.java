package perseus.planner.baseline;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import perseus.io.Interruption;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.planner.bound.LowerBoundSolver;
import perseus.planner.problem.EarliestStarts;
import perseus.planner.problem.ExecutionOptions;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.ProfileRow;

/**
 * Makes one plan that saves energy without making the iteration longer, by the method of EnvPipe
 * (Choi et al., USENIX ATC 2023).
 *
 * <p><b>Method.</b> All operations of the last stage, the first forward of each stage, and the last
 * backward of each stage always run at the highest frequency. Operations that do not always run at
 * the highest frequency start at the frequency of least energy. The planner shortens the longest
 * path of the iteration in several rounds.
 *
 * <p>In each round, the planner looks at the operations on the longest path that can run faster.
 * The operations with the lowest frequency among them get the next higher frequency. The search
 * ends when no operation on the longest path can run faster. To find a longest path, the planner
 * goes back from operation to operation, from the end of the iteration to its start. If several
 * longest paths lead to an operation, the planner prefers the path through the previous operation
 * on the same rank.
 *
 * <p><b>Complexity.</b> A round of the search takes O(operations + precedences) and raises at least
 * one frequency. The number of rounds is at most the product of the number of operations and the
 * number of frequencies.
 *
 * <p><b>Limits.</b> If the search stops after {@value #MAX_ROUNDS} rounds, the returned frontier
 * has a warning.
 */
public final class EnvPipePlanner {
  private static final int MAX_ROUNDS = 100_000;

  private final PlanningProblem problem;
  private final IterationDag dag;

  /**
   * For each kind of operation, the fastest row of the profile at each frequency, with the highest
   * frequency first.
   */
  private final Map<ExecutionOptions, List<ProfileRow>> ladders = new IdentityHashMap<>();

  /**
   * {@code levels[j]} is the position of operation j's current frequency, from 0 for the highest
   * frequency.
   */
  private final int[] levels;

  private EnvPipePlanner(PlanningProblem problem) {
    this.problem = problem;
    this.dag = problem.dag();
    this.levels = new int[dag.size()];
  }

  /**
   * Makes a frontier with the single plan of EnvPipe. If the request has no lower bound, the method
   * computes the bound.
   *
   * <p>The frontier has a warning if the search stopped after {@value #MAX_ROUNDS} rounds.
   */
  public static Frontier plan(PlanningProblem problem, PlanRequest request) {
    EnvPipePlanner planner = new EnvPipePlanner(problem);
    planner.setFirstFrequencies();
    int rounds = 0;
    while (rounds < MAX_ROUNDS && planner.speedUpLongestPath()) {
      Interruption.check();
      rounds++;
    }
    Frontier frontier =
        Frontier.of(
            problem,
            List.of(Plan.of(problem, planner::row)),
            LowerBoundSolver.bound(problem, request));
    return rounds < MAX_ROUNDS
        ? frontier
        : frontier.withWarning(
            "EnvPipe stopped after %d rounds; its plan is slower than all operations at the highest frequency."
                .formatted(MAX_ROUNDS));
  }

  private void setFirstFrequencies() {
    boolean[] outer = envelope();
    for (int j = 0; j < levels.length; j++) {
      List<ProfileRow> ladder = ladders.computeIfAbsent(problem.options(j), EnvPipePlanner::ladder);
      levels[j] = outer[j] ? 0 : leastEnergyLevel(ladder);
    }
  }

  /** Returns for each operation whether it always runs at the highest frequency. */
  private boolean[] envelope() {
    boolean[] outer = new boolean[dag.size()];
    for (int s = 0; s < dag.stages(); s++) {
      int firstForward = PlanningProblem.NONE;
      int lastBackward = PlanningProblem.NONE;
      for (int j : dag.stageOperations(s)) {
        Instruction instruction = dag.operations().get(j).instruction();
        outer[j] = s == dag.stages() - 1;
        if (firstForward == PlanningProblem.NONE && instruction.equals(Instruction.FORWARD)) {
          firstForward = j;
        }
        if (instruction.equals(Instruction.BACKWARD)) {
          lastBackward = j;
        }
      }
      for (int j : new int[] {firstForward, lastBackward}) {
        if (j != PlanningProblem.NONE) {
          outer[j] = true;
        }
      }
    }
    return outer;
  }

  private static List<ProfileRow> ladder(ExecutionOptions options) {
    return options.frequencies().stream()
        .map(frequency -> options.fastestAt(frequency).orElseThrow())
        .toList();
  }

  private static int leastEnergyLevel(List<ProfileRow> ladder) {
    int least = 0;
    for (int level = 1; level < ladder.size(); level++) {
      if (ladder.get(level).energyJoules() < ladder.get(least).energyJoules()) {
        least = level;
      }
    }
    return least;
  }

  /**
   * Finds the lowest frequency among the operations on the longest path that can run faster. All
   * operations of the longest path with this frequency get the next higher measured frequency.
   * Returns false if all operations on the longest path run at their highest frequency.
   */
  private boolean speedUpLongestPath() {
    List<Integer> path = EarliestStarts.of(problem, this::row).longestPath();
    path.removeIf(j -> levels[j] == 0);
    int lowest = path.stream().mapToInt(j -> row(j).frequencyMhz()).min().orElse(0);
    for (int j : path) {
      if (row(j).frequencyMhz() == lowest) {
        levels[j]--;
      }
    }
    return !path.isEmpty();
  }

  private ProfileRow row(int operation) {
    return ladders.get(problem.options(operation)).get(levels[operation]);
  }
}
