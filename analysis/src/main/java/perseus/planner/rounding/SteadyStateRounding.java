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
 * Rounds the durations of all operations in the steady state of the pipeline together. The steady
 * state lies between the filling and the draining of the pipeline.
 *
 * <p>In the steady state, every stage repeats one forward and one backward, and waits for its
 * neighbours in each repetition. If a stage were faster in some repetitions and slower in others,
 * its neighbours would wait, and waiting would use up the saved energy. All stages get the same
 * cycle time: the time of one forward and one backward. A stage takes a forward frequency and a
 * backward frequency that together fit into the cycle time. Of all pairs that fit, it takes the
 * pair with the lowest energy.
 *
 * <p>A plan combines a shorter and a longer cycle time. The two cycle times are close together on
 * the lower convex hull of the points (cycle time, energy). The first repetitions in the steady
 * state have the shorter cycle time, and the last repetitions have the longer one. The number of
 * slower repetitions is as large as the deadline allows.
 *
 * <p>Finding the cycle times takes O(C S K) once per problem. C is the number of tried cycle times,
 * S the number of stages, and K the number of frequencies per operation. One rounding takes O((log
 * C + log M) n), for n operations, M microbatches and C cycle times. The rounded plan ends by the
 * deadline. Operations outside of the steady state keep their frequencies. The method was developed
 * in this project.
 */
final class SteadyStateRounding {
  /**
   * Approximate maximum number of pairs of a forward and a backward frequency that are tried for
   * each stage. With 38 frequencies, all 1,444 pairs are tried. If a stage has more than 4,000
   * pairs of frequencies, only evenly spaced pairs are tried.
   */
  private static final int MAX_PAIRS = 4000;

  private final OptionTables network;

  /**
   * Indices of the forwards between filling and draining of the pipeline, by stage and microbatch.
   */
  private final int[][] forwards;

  private final int[][] backwards;
  private final List<Cycle> cycles;

  /**
   * Holds the frequencies of one forward and one backward for each stage.
   *
   * @param forward index of the frequency choice of each stage's forward
   * @param backward index of the frequency choice of each stage's backward
   * @param joules effective energy (energy minus the energy of waiting for the same time) of one
   *     forward and one backward of all stages, in joules
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
   * Creates one object for each number r in {@code ramps}. The object leaves the first r and the
   * last r microbatches unchanged. A number r gets no object if fewer than two microbatches remain.
   *
   * @param ramps numbers of microbatches at each end that stay unchanged
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
   * Returns the cycles whose points (cycle time, energy) lie on the lower convex hull. The cycle
   * time is the time in which each stage runs one forward and one backward. The returned list
   * begins with the shortest cycle time.
   *
   * <p>The method tries the total time of each pair of a forward and a backward frequency of a
   * stage. The minimum energy, as a function of the cycle time, changes only at the total time of a
   * pair.
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
   * Rounds the operations of the steady state to frequencies.
   *
   * @param others for each operation, the index of its frequency choice in a plan that ends by the
   *     deadline. Operations outside of the steady state keep these choices.
   * @param deadline latest end of the iteration, in integer time units
   * @return for each operation, the index of its frequency choice; null if even the shortest cycle
   *     time misses the deadline
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
    // The two best cycle times are not always neighbours on the lower convex hull, because each is
    // used a whole number of times.
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
   * Returns the indices of a stage's operations with the given instruction and a microbatch in the
   * given range.
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
   * Returns whether each stage has at least two forwards, and equally many backwards, in the steady
   * state.
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
   * Computes the frequencies of one forward and one backward for each stage. The frequencies have
   * the lowest energy for the given cycle time.
   *
   * @param ticks cycle time in integer time units, at least the fastest forward plus the fastest
   *     backward of every stage
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
   * Makes a plan in which the first repetitions are fast, and the last repetitions are slow. The
   * number of slow repetitions is as large as the deadline allows.
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
