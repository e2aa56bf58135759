package perseus.planner.rounding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import perseus.io.Interruption;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.planner.network.OptionTables;
import perseus.planner.problem.LowerHull;
import perseus.planner.problem.PlanningProblem;

/**
 * Rounds all durations in the steady part of an iteration to durations of options (frequencies).
 * All durations are rounded together, so that all stages have the same cycle time.
 *
 * <p>The steady part is the part of the iteration between the filling and the draining of the
 * pipeline. In the steady part, every stage repeats a cycle of one forward and one backward, and
 * waits for its neighbours in each cycle. If the operations of a stage were rounded one by one,
 * fast and slow cycles would alternate. A stage with alternating cycles would save energy in the
 * slow cycles, but the neighbouring stages would lose this energy while they wait. Therefore this
 * class gives all stages the same cycle time {@code tau} (time of one forward and one backward).
 * Each stage takes one option for its forwards and one for its backwards: of all pairs of options
 * with {@code t_forward + t_backward <= tau}, the pair with the lowest energy. Only cycles on the
 * lower convex hull of the points (cycle time, energy) are used. A plan combines two cycles that
 * are close to each other on the hull of cycles. The slower of the two cycles is used at the end of
 * the steady part, as often as the deadline allows. The faster cycle is used before the slower
 * cycle.
 *
 * <p>Finding the cycles takes O(C S K) once per problem, for S stages, K options per operation and
 * C cycle times that are tried. One rounding takes O((log C + log M) n), for n operations and M
 * microbatches in the steady part. The rounded plan ends by the deadline. The method does not
 * optimize the ramps, which are the first and the last microbatches of the iteration. Operations in
 * the ramps keep the options of another rounding. The method was developed in this project.
 */
final class SteadyStateRounding {
  /**
   * Approximate maximum number of pairs of options that are tried for each stage, which limits the
   * running time. The total time of the two options of a tried pair is a possible cycle time. With
   * 38 frequencies, all 1,444 pairs of options are tried. If a stage has more than 4,000 pairs of
   * options, only every n-th pair is tried, where n is 2 or more.
   */
  private static final int MAX_PAIRS = 4000;

  private final OptionTables network;

  /** Indices of the forwards in the steady part, by stage and microbatch. */
  private final int[][] forwards;

  private final int[][] backwards;
  private final List<Cycle> cycles;

  /**
   * Holds the options of one cycle of all stages. A cycle consists of one forward and one backward
   * per stage.
   *
   * @param forward index of the option of each stage's forward
   * @param backward index of the option of each stage's backward
   * @param joules effective energy of one cycle of all stages, in joules
   */
  private record Cycle(int[] forward, int[] backward, double joules) {}

  private SteadyStateRounding(
      PlanningProblem problem, OptionTables network, int ramp, List<Cycle> knownCycles) {
    this.network = network;
    IterationDag dag = problem.dag();
    List<int[]> forwards = new ArrayList<>();
    List<int[]> backwards = new ArrayList<>();
    for (int s = 0; s < dag.stages(); s++) {
      forwards.add(steady(dag, s, Instruction.FORWARD, ramp, problem.microbatches() - ramp));
      backwards.add(steady(dag, s, Instruction.BACKWARD, ramp, problem.microbatches() - ramp));
    }
    this.forwards = forwards.toArray(int[][]::new);
    this.backwards = backwards.toArray(int[][]::new);
    this.cycles = knownCycles == null && hasSteadyPart() ? cycles() : knownCycles;
  }

  /**
   * Creates one rounding for each given length of the ramps (first and last microbatches), unless
   * the ramps leave no microbatches for a steady part. All roundings share their cycles, because
   * cycles do not depend on the ramps.
   *
   * @param ramps lengths of the ramps: for each rounding, the number of microbatches at each end of
   *     the iteration that are not in the steady part
   */
  static List<SteadyStateRounding> ofRamps(
      PlanningProblem problem, OptionTables network, int... ramps) {
    List<SteadyStateRounding> roundings = new ArrayList<>();
    for (int ramp : IntStream.of(ramps).distinct().toArray()) {
      List<Cycle> known = roundings.isEmpty() ? null : roundings.get(0).cycles;
      SteadyStateRounding rounding = new SteadyStateRounding(problem, network, ramp, known);
      if (rounding.hasSteadyPart()) {
        roundings.add(rounding);
      }
    }
    return roundings;
  }

  /**
   * Finds the cycles on the lower convex hull of the points (cycle time, energy). The fastest cycle
   * comes first.
   *
   * <p>A cycle time is tried if it is the total time of a forward option and a backward option of
   * one stage. When the cycle time grows, the minimum energy of a cycle changes only where the
   * cycle time equals the total time of two options.
   */
  private List<Cycle> cycles() {
    TreeSet<Long> times = new TreeSet<>();
    long shortest = 0;
    for (int s = 0; s < forwards.length; s++) {
      long[] forward = network.ticks[forwards[s][0]];
      long[] backward = network.ticks[backwards[s][0]];
      int step = 1 + forward.length * backward.length / MAX_PAIRS;
      for (int f = 0; f < forward.length; f++) {
        for (int b = f % step; b < backward.length; b += step) {
          times.add(forward[f] + backward[b]);
        }
      }
      shortest = Math.max(shortest, forward[0] + backward[0]);
    }
    times.add(shortest);
    List<Cycle> cycles = new ArrayList<>();
    List<Long> cycleTimes = new ArrayList<>();
    for (long time : times.tailSet(shortest)) {
      Interruption.check();
      Cycle next = cheapestCycle(time);
      if (cycles.isEmpty() || next.joules < cycles.get(cycles.size() - 1).joules) {
        cycles.add(next);
        cycleTimes.add(time);
      }
    }
    int[] hull =
        LowerHull.of(
            cycleTimes.stream().mapToDouble(Long::doubleValue).toArray(),
            cycles.stream().mapToDouble(Cycle::joules).toArray());
    return Arrays.stream(hull).mapToObj(cycles::get).toList();
  }

  /**
   * Rounds the operations of the steady part to options.
   *
   * @param others for each operation, the index of its option (frequency) in a plan that ends by
   *     the deadline; operations outside the steady part keep these options
   * @param deadline latest end of the iteration, in ticks (integer units of time)
   * @return for each operation, the index of its option (frequency) in a plan that ends by the
   *     deadline; null if even the fastest cycle is too slow
   */
  int[] round(int[] others, long deadline) {
    int low = -1;
    int high = cycles.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (network.endsBy(withCycles(others, cycles.get(middle), null, 0), deadline)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (low < 0) {
      return null;
    }
    int[] best = withCycles(others, cycles.get(low), null, 0);
    double lowest = network.energy(best);
    // Because a cycle can only be repeated a whole number of times, the two cycles of the best
    // combination are not always next to each other on the hull. Therefore the method also tries
    // further cycles on the hull.
    for (int a = Math.max(0, low - 1); a <= low; a++) {
      for (int b = low + 1; b < Math.min(cycles.size(), low + 3); b++) {
        int[] mixed = mix(others, cycles.get(a), cycles.get(b), deadline);
        double energy = network.energy(mixed);
        if (energy < lowest) {
          lowest = energy;
          best = mixed;
        }
      }
    }
    return best;
  }

  /**
   * Returns the indices of a stage's operations with the given instruction and a microbatch from
   * {@code from} to {@code to - 1}.
   */
  private static int[] steady(
      IterationDag dag, int stage, Instruction instruction, int from, int to) {
    List<Operation> operations = dag.operations();
    return Arrays.stream(dag.stageOperations(stage))
        .filter(j -> operations.get(j).instruction().equals(instruction))
        .filter(j -> operations.get(j).microbatch() >= from && operations.get(j).microbatch() < to)
        .toArray();
  }

  /**
   * Returns whether the steady part of each stage has at least two forwards and equally many
   * backwards.
   */
  private boolean hasSteadyPart() {
    for (int s = 0; s < forwards.length; s++) {
      if (forwards[s].length < 2 || backwards[s].length != forwards[s].length) {
        return false;
      }
    }
    return true;
  }

  /**
   * Computes the cycle with the lowest energy at a given cycle time. Each stage takes its cheapest
   * pair of options that fits into the cycle time.
   *
   * @param ticks cycle time in ticks (integer units of time), at least the time of every stage's
   *     fastest pair
   */
  private Cycle cheapestCycle(long ticks) {
    int stages = forwards.length;
    int[] forwardOf = new int[stages];
    int[] backwardOf = new int[stages];
    double joules = 0;
    for (int s = 0; s < stages; s++) {
      int forward = forwards[s][0];
      int backward = backwards[s][0];
      double lowest = Double.POSITIVE_INFINITY;
      int b = network.ticks[backward].length - 1;
      for (int f = 0; f < network.ticks[forward].length; f++) {
        while (b >= 0 && network.ticks[forward][f] + network.ticks[backward][b] > ticks) {
          b--;
        }
        if (b < 0) {
          break;
        }
        double pair = network.energies[forward][f] + network.energies[backward][b];
        if (pair < lowest) {
          lowest = pair;
          forwardOf[s] = f;
          backwardOf[s] = b;
        }
      }
      joules += lowest;
    }
    return new Cycle(forwardOf, backwardOf, joules);
  }

  /**
   * Combines two cycles in one plan. The slower cycle is used at the end of the steady part, as
   * often as the deadline allows. The faster cycle is used before the slower cycle.
   */
  private int[] mix(int[] others, Cycle faster, Cycle slower, long deadline) {
    int low = 0;
    int high = forwards[0].length;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (network.endsBy(withCycles(others, faster, slower, middle), deadline)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return withCycles(others, faster, slower, low);
  }

  /**
   * Returns the options of {@code others}, except that operations of the steady part get the
   * options of two cycles.
   */
  private int[] withCycles(int[] others, Cycle faster, Cycle slower, int slowerCycles) {
    int[] choices = others.clone();
    for (int s = 0; s < forwards.length; s++) {
      for (int m = 0; m < forwards[s].length; m++) {
        Cycle cycle = m < forwards[s].length - slowerCycles ? faster : slower;
        choices[forwards[s][m]] = cycle.forward[s];
        choices[backwards[s][m]] = cycle.backward[s];
      }
    }
    return choices;
  }
}
