package perseus.planner.baseline;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
 * EnvPipe (Choi et al., USENIX ATC 2023): one plan that saves energy without taking longer.
 *
 * <p>The outer envelope, which is all of the last stage, each stage's first forward and each
 * stage's last backward, runs at the highest frequency. All else starts at the frequency of least
 * energy; while the longest path holds an operation that could be faster, those of its operations
 * that have the lowest frequency go up by one measured frequency. Of several longest paths the one
 * is taken that stays within a stage where it can, traced from the end.
 *
 * <p>Every round costs O(operations) and lifts at least one frequency; the rounds are bounded at
 * {@value #MOST_ROUNDS}.
 */
public final class EnvPipePlanner {
  private static final int MOST_ROUNDS = 100_000;

  private final PlanningProblem problem;
  private final IterationDag dag;
  private final Map<ExecutionOptions, List<ProfileRow>> ladders = new IdentityHashMap<>();
  private final int[] levels;

  private EnvPipePlanner(PlanningProblem problem) {
    this.problem = problem;
    this.dag = problem.dag();
    this.levels = new int[dag.size()];
  }

  /**
   * The frontier of one plan, with the lower bound of the request if it has one, and with a warning
   * where the limit of rounds ended the search.
   */
  public static Frontier plan(PlanningProblem problem, PlanRequest request) {
    EnvPipePlanner planner = new EnvPipePlanner(problem);
    planner.start();
    int rounds = 0;
    while (rounds < MOST_ROUNDS && planner.hasten()) {
      rounds++;
    }
    Frontier frontier =
        Frontier.of(
            problem,
            List.of(Plan.of(problem, planner::row)),
            LowerBoundSolver.bound(problem, request));
    return rounds < MOST_ROUNDS
        ? frontier
        : frontier.withWarning(
            "EnvPipe gave up after %d rounds; its plan is slower than all-max."
                .formatted(MOST_ROUNDS));
  }

  private void start() {
    boolean[] outer = envelope();
    for (int j = 0; j < levels.length; j++) {
      List<ProfileRow> ladder = ladders.computeIfAbsent(problem.options(j), EnvPipePlanner::ladder);
      levels[j] = outer[j] ? 0 : leastEnergy(ladder);
    }
  }

  private boolean[] envelope() {
    boolean[] outer = new boolean[dag.size()];
    for (int s = 0; s < dag.stages(); s++) {
      int firstForward = -1;
      int lastBackward = -1;
      for (int j : dag.stageOperations(s)) {
        Instruction instruction = dag.operations().get(j).instruction();
        outer[j] = s == dag.stages() - 1;
        if (firstForward < 0 && instruction.equals(Instruction.FORWARD)) {
          firstForward = j;
        }
        if (instruction.equals(Instruction.BACKWARD)) {
          lastBackward = j;
        }
      }
      for (int j : new int[] {firstForward, lastBackward}) {
        if (j >= 0) {
          outer[j] = true;
        }
      }
    }
    return outer;
  }

  /** The fastest option at each frequency, from the highest; only all-max where none is chosen. */
  private static List<ProfileRow> ladder(ExecutionOptions set) {
    return set.frequencies().stream()
        .map(frequency -> set.fastestAt(frequency).orElseThrow())
        .toList();
  }

  private static int leastEnergy(List<ProfileRow> ladder) {
    int least = 0;
    for (int level = 1; level < ladder.size(); level++) {
      if (ladder.get(level).energyJoules() < ladder.get(least).energyJoules()) {
        least = level;
      }
    }
    return least;
  }

  /** Lifts the lowest frequency on the longest path; false if all of it is at the highest. */
  private boolean hasten() {
    List<Integer> path = longestPath();
    path.removeIf(j -> levels[j] == 0);
    int lowest = path.stream().mapToInt(j -> row(j).frequencyMhz()).min().orElse(0);
    for (int j : path) {
      if (row(j).frequencyMhz() == lowest) {
        levels[j]--;
      }
    }
    return !path.isEmpty();
  }

  private List<Integer> longestPath() {
    double[] ends = new double[dag.size()];
    int[] before = new int[dag.size()];
    int last = 0;
    for (int j = 0; j < ends.length; j++) {
      before[j] = -1;
      double start = 0;
      for (int p : dag.predecessors(j)) {
        double ready = ends[p] + dag.transferSeconds(p, j);
        if (ready > start) {
          start = ready;
          before[j] = p;
        }
      }
      int clock = problem.clockBefore(j);
      if (clock >= 0 && row(clock).frequencyMhz() != row(j).frequencyMhz()) {
        double ready = ends[clock] + problem.switchSeconds();
        if (ready > start) {
          start = ready;
          before[j] = clock;
        }
      }
      ends[j] = start + row(j).timeSeconds();
      last = ends[j] > ends[last] ? j : last;
    }
    List<Integer> path = new ArrayList<>();
    for (int j = last; j >= 0; j = before[j]) {
      path.add(j);
    }
    return path;
  }

  private ProfileRow row(int operation) {
    return ladders.get(problem.options(operation)).get(levels[operation]);
  }
}
