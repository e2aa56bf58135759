package perseus.planner.rounding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.planner.network.OptionTables;
import perseus.planner.problem.LowerHull;
import perseus.planner.problem.PlanningProblem;

/**
 * Rounds all operations in the steady part of an iteration together.
 *
 * <p>In the steady part every stage repeats a cycle of one forward and one backward, and waits for
 * its neighbours in each cycle. A stage that rounds its operations one by one alternates between
 * faster and slower cycles, and its neighbours lose by waiting what it saves. So this rounding
 * gives all stages the same cycle time {@code tau}: stage s takes the pair of options of minimum
 * energy among those with {@code t_forward + t_backward <= tau}. Of all such cycles, only those on
 * the lower convex hull of (tau, energy) are used. A plan runs two neighbours of that hull one
 * after the other: as many slower cycles at the end as the deadline allows, and faster cycles
 * before them.
 *
 * <p>With S stages, M steady microbatches, K options per operation and C tried cycle times, the
 * cycles take O(C S K) once, and a rounding takes O((log C + log M) n) for n operations. The result
 * is in time, but ignores the ramps at both ends, where the options of another rounding stay.
 */
final class SteadyStateRounding {
  /**
   * Approximate maximum number of pairs of options per stage whose total time is tried as a cycle
   * time. Limit for time: with 38 frequencies all 1,444 pairs are tried, and beyond the limit every
   * second pair or fewer.
   */
  private static final int MAX_PAIRS = 4000;

  private final OptionTables network;

  /** Steady forwards of each stage, in the order of their microbatches. */
  private final int[][] forwards;

  private final int[][] backwards;
  private final List<Cycle> cycles;

  /**
   * The options of a cycle of all stages.
   *
   * @param forward option of each stage's forward
   * @param backward option of each stage's backward
   * @param joules effective energy of one cycle of all stages
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
   * Creates one rounding for each length of the ramps that leaves a steady part. They share their
   * cycles, which do not depend on the ramps.
   *
   * @param ramps numbers of microbatches at each end of the iteration that do not count as steady
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
   * The cycles on the lower convex hull of (cycle time, energy), the fastest first.
   *
   * <p>The cycle times tried are the total times of pairs of one stage's options, since the minimum
   * energy changes only there.
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
   * Rounds the steady part.
   *
   * @param others options that are in time; those outside the steady part stay
   * @param deadline latest end of the iteration, in ticks
   * @return options that are in time; null if even the fastest cycle is too slow
   */
  int[] round(int[] others, long deadline) {
    int low = -1;
    int high = cycles.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (inTime(withCycles(others, cycles.get(middle), null, 0), deadline)) {
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
    // A mix of cycles one step apart on the hull can lose by rounding to whole cycles, so the next
    // ones are tried as well.
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
   * Operations of a stage and an instruction, with microbatches from {@code from} to {@code to}.
   */
  private static int[] steady(
      IterationDag dag, int stage, Instruction instruction, int from, int to) {
    List<Operation> operations = dag.operations();
    return Arrays.stream(dag.stageOperations(stage))
        .filter(j -> operations.get(j).instruction().equals(instruction))
        .filter(j -> operations.get(j).microbatch() >= from && operations.get(j).microbatch() < to)
        .toArray();
  }

  /** Whether at least two microbatches are steady, with a forward and a backward at each stage. */
  private boolean hasSteadyPart() {
    for (int s = 0; s < forwards.length; s++) {
      if (forwards[s].length < 2 || backwards[s].length != forwards[s].length) {
        return false;
      }
    }
    return true;
  }

  /**
   * The cycle with the cheapest pair of options of each stage within a time.
   *
   * @param ticks cycle time, at least that of every stage's fastest pair
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

  /** Uses the slower of two cycles as often as the deadline allows, at the end, else the faster. */
  private int[] mix(int[] others, Cycle faster, Cycle slower, long deadline) {
    int low = 0;
    int high = forwards[0].length;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (inTime(withCycles(others, faster, slower, middle), deadline)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return withCycles(others, faster, slower, low);
  }

  /** Other options, with those of two cycles in the steady part. */
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

  private boolean inTime(int[] choices, long deadline) {
    long[] ends = new long[choices.length];
    for (int j = 0; j < choices.length; j++) {
      ends[j] = network.startAfter(j, ends) + network.ticks[j][choices[j]];
      if (ends[j] > deadline) {
        return false;
      }
    }
    return true;
  }
}
