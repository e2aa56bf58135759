package perseus.planner.switching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import perseus.pipeline.IterationDag;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.planner.problem.SwitchCost;
import perseus.profile.ProfileRow;

/**
 * Holds a problem in which clock changes take time, as flat arrays.
 *
 * <p>Frequencies have indices in rising order. If an operation has several Pareto-optimal pairs of
 * time and energy at a frequency, each pair has its own index. An operation that cannot run at a
 * frequency has infinite energy at this frequency. Callers must not modify the arrays.
 */
public final class ClockTables {
  /** Number of operations. The indices of operations are in topological order. */
  final int operations;

  /** Number of frequencies of the whole problem. */
  final int settings;

  /** Element {@code j * settings + s} is the time in seconds of operation j at frequency s. */
  final double[] seconds;

  /**
   * Element {@code j * settings + s} is the effective energy in joules of operation j at frequency
   * s. Effective energy is energy minus the energy of waiting for the same time.
   */
  final double[] joules;

  /**
   * Element {@code from * settings + to} is the time in seconds of the clock change from frequency
   * {@code from} to frequency {@code to}.
   */
  final double[] changeSeconds;

  /** The computations of each rank in execution order. */
  final int[][] lanes;

  /** The previous computation on the rank of each operation, or {@link PlanningProblem#NONE}. */
  final int[] before;

  /** The next computation on the rank of each operation, or {@link PlanningProblem#NONE}. */
  final int[] after;

  /**
   * Predecessors of all operations; the predecessors of operation j begin at {@code
   * predecessorsFrom[j]}.
   */
  final int[] predecessors;

  final int[] predecessorsFrom;

  /** Transfer time in seconds from each of the {@link #predecessors} to its successor. */
  final double[] lagBefore;

  /**
   * Successors of all operations; the successors of operation j begin at {@code successorsFrom[j]}.
   */
  final int[] successors;

  final int[] successorsFrom;

  /** Transfer time in seconds to each of the {@link #successors} from its predecessor. */
  final double[] lagAfter;

  final int[] last;

  private final PlanningProblem problem;

  private final ClockSettings choices;

  public ClockTables(PlanningProblem problem) {
    this.problem = problem;
    IterationDag dag = problem.dag();
    operations = dag.size();
    choices = new ClockSettings(problem);
    settings = choices.count();
    seconds = new double[operations * settings];
    joules = new double[operations * settings];
    Arrays.fill(joules, Double.POSITIVE_INFINITY);
    for (int j = 0; j < operations; j++) {
      for (int s : choices.of(j)) {
        seconds[j * settings + s] = row(j, s).timeSeconds();
        joules[j * settings + s] = problem.options(j).effectiveEnergyOf(row(j, s));
      }
    }
    SwitchCost cost = problem.switchCost();
    changeSeconds = new double[settings * settings];
    for (int from = 0; from < settings; from++) {
      for (int to = 0; to < settings; to++) {
        // If the time of a clock change is not known, the change never occurs, because the two
        // frequencies never occur on one rank.
        changeSeconds[from * settings + to] =
            cost.find(choices.frequencyMhz(from), choices.frequencyMhz(to))
                .orElse(cost.maxSeconds());
      }
    }
    lanes = new int[dag.lanes()][];
    Arrays.setAll(lanes, dag::laneComputations);
    before = new int[operations];
    Arrays.setAll(before, problem::clockBefore);
    after = new int[operations];
    Arrays.fill(after, PlanningProblem.NONE);
    for (int j = 0; j < operations; j++) {
      if (before[j] != PlanningProblem.NONE) {
        after[before[j]] = j;
      }
    }
    predecessorsFrom = offsets(dag::predecessors);
    successorsFrom = offsets(dag::successors);
    predecessors = new int[predecessorsFrom[operations]];
    lagBefore = new double[predecessors.length];
    successors = new int[successorsFrom[operations]];
    lagAfter = new double[successors.length];
    int[] ends = new int[operations];
    int count = 0;
    for (int j = 0; j < operations; j++) {
      int at = predecessorsFrom[j];
      for (int p : dag.predecessors(j)) {
        lagBefore[at] = dag.transferSeconds(p, j);
        predecessors[at++] = p;
      }
      at = successorsFrom[j];
      for (int s : dag.successors(j)) {
        lagAfter[at] = dag.transferSeconds(j, s);
        successors[at++] = s;
      }
      if (at == successorsFrom[j]) {
        ends[count++] = j;
      }
    }
    last = Arrays.copyOf(ends, count);
  }

  private int[] offsets(IntFunction<int[]> neighbours) {
    int[] offsets = new int[operations + 1];
    for (int j = 0; j < operations; j++) {
      offsets[j + 1] = offsets[j] + neighbours.apply(j).length;
    }
    return offsets;
  }

  /** Returns the rank of each operation; NONE if the operation is not a computation. */
  int[] laneOf() {
    int[] laneOf = new int[operations];
    Arrays.fill(laneOf, PlanningProblem.NONE);
    for (int lane = 0; lane < lanes.length; lane++) {
      for (int j : lanes[lane]) {
        laneOf[j] = lane;
      }
    }
    return laneOf;
  }

  /** Returns the longest time of a clock change in seconds. */
  double longestChange() {
    return Arrays.stream(changeSeconds).max().orElse(0);
  }

  /** Returns whether clocks may change at any time, and changes take no time. */
  public boolean clocksAreFree() {
    return problem.clocksAreFree();
  }

  public int ranks() {
    return lanes.length;
  }

  public void mark(int rank, boolean[] operationMarks) {
    for (int j : lanes[rank]) {
      operationMarks[j] = true;
    }
  }

  /** Returns the mean number of frequencies that the search tries for an operation. */
  public double meanSettings() {
    return IntStream.range(0, operations).map(j -> usefulSettings(j).length).average().orElse(0);
  }

  public int operations() {
    return operations;
  }

  /** Returns, for each operation, the index of its frequency in a plan. */
  public int[] settings(Plan plan) {
    return settings(plan::choice);
  }

  /**
   * @param choice returns the row of the profile for the operation with a given index
   */
  public int[] settings(IntFunction<ProfileRow> choice) {
    int[] chosen = new int[operations];
    for (int j = 0; j < operations; j++) {
      chosen[j] = choices.nearest(j, choice.apply(j));
    }
    return chosen;
  }

  /** Returns the profile row of operation j at a frequency; null if there is none. */
  public ProfileRow row(int j, int setting) {
    return choices.row(j, setting);
  }

  /** Returns the plan in which each operation has the frequency with the given index. */
  public Plan plan(int[] chosen) {
    return Plan.of(problem, j -> row(j, chosen[j]));
  }

  /**
   * Returns the mean range of effective energy of the computations, in joules. The range of a
   * computation is the difference between its most and its least effective energy. Effective energy
   * is energy minus the energy of waiting for the same time.
   */
  public double meanRangeJoules() {
    double sum = 0;
    int count = 0;
    for (int[] lane : lanes) {
      for (int j : lane) {
        double most = Double.NEGATIVE_INFINITY;
        double least = Double.POSITIVE_INFINITY;
        for (int s = 0; s < settings; s++) {
          double there = joules[j * settings + s];
          if (there != Double.POSITIVE_INFINITY) {
            most = Math.max(most, there);
            least = Math.min(least, there);
          }
        }
        sum += most - least;
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /**
   * Returns all plans, each as an array with the index of the frequency of every operation.
   *
   * @param most maximum number of plans
   * @return all plans; an empty list if the problem has more plans than {@code most}
   */
  public List<int[]> everyPlan(int most) {
    List<int[]> plans = List.of(new int[operations]);
    for (int j = 0; j < operations; j++) {
      int[] options = settingsOf(j);
      if ((long) plans.size() * options.length > most) {
        return List.of();
      }
      List<int[]> more = new ArrayList<>(plans.size() * options.length);
      for (int[] plan : plans) {
        for (int setting : options) {
          int[] next = plan.clone();
          next[j] = setting;
          more.add(next);
        }
      }
      plans = more;
    }
    return plans;
  }

  /** Returns the indices of the frequencies of operation j, in rising order. */
  int[] settingsOf(int j) {
    return choices.of(j);
  }

  /**
   * Returns the frequencies of operation j that a best plan may need. If clocks may change at any
   * time and without delay, only Pareto-optimal frequencies are returned.
   */
  int[] usefulSettings(int j) {
    List<ProfileRow> best = problem.options(j).paretoOptimal();
    return Arrays.stream(settingsOf(j))
        .filter(s -> !clocksAreFree() || best.contains(row(j, s)))
        .toArray();
  }

  public int[] fastest() {
    int[] chosen = new int[operations];
    for (int j = 0; j < operations; j++) {
      chosen[j] = PlanningProblem.NONE;
      for (int s = 0; s < settings; s++) {
        int at = j * settings + s;
        if (row(j, s) != null
            && (chosen[j] == PlanningProblem.NONE
                || seconds[at] < seconds[j * settings + chosen[j]])) {
          chosen[j] = s;
        }
      }
    }
    return chosen;
  }
}
