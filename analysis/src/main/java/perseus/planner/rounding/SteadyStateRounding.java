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
 * Rounds the steady part of an iteration, in which every stage repeats one forward and one
 * backward, as a whole.
 *
 * <p>There each stage has to keep step with its neighbours: what one saves within a cycle by
 * alternating between two options the others lose waiting. So all stages take the same time for a
 * cycle, each with the cheapest pair of options within it. Two such cycles, one after the other,
 * spend what time there is: two that lie on the lower hull of (time, energy) around the longest
 * with which the iteration ends in time.
 */
final class SteadyStateRounding {
  /** Pairs of a stage's options whose time is tried for a cycle, about. */
  private static final int MOST_PAIRS = 4000;

  private final OptionTables network;
  private final int[][] forwards;
  private final int[][] backwards;
  private final List<Cycle> cycles;

  /**
   * One way to run a cycle.
   *
   * @param forward option of each stage's forward
   * @param backward option of each stage's backward
   * @param energy effective energy of all of them, in joules
   */
  private record Cycle(int[] forward, int[] backward, double energy) {}

  private SteadyStateRounding(
      PlanningProblem problem, OptionTables network, int ramp, List<Cycle> known) {
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
    this.cycles = known == null && applies() ? cycles() : known;
  }

  /**
   * One for each length of ramps that leaves a steady part; the cycles that stages can share are
   * the same for all, and worked out once.
   *
   * @param ramps microbatches at both ends of the iteration that are not taken for its steady part
   */
  static List<SteadyStateRounding> ofRamps(
      PlanningProblem problem, OptionTables network, int... ramps) {
    List<SteadyStateRounding> roundings = new ArrayList<>();
    for (int ramp : IntStream.of(ramps).distinct().toArray()) {
      List<Cycle> known = roundings.isEmpty() ? null : roundings.get(0).cycles;
      SteadyStateRounding rounding = new SteadyStateRounding(problem, network, ramp, known);
      if (rounding.applies()) {
        roundings.add(rounding);
      }
    }
    return roundings;
  }

  /**
   * The cycles worth mixing where all stages take the same time for one: those on the lower hull of
   * (time, energy), the fastest first. Stages differ in nothing but the pair of options that is the
   * cheapest within that time.
   */
  private List<Cycle> cycles() {
    TreeSet<Long> times = new TreeSet<>();
    long shortest = 0;
    for (int s = 0; s < forwards.length; s++) {
      long[] forward = network.ticks[forwards[s][0]];
      long[] backward = network.ticks[backwards[s][0]];
      int step = 1 + forward.length * backward.length / MOST_PAIRS;
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
      Cycle next = cycle(time);
      if (cycles.isEmpty() || next.energy < cycles.get(cycles.size() - 1).energy) {
        cycles.add(next);
        cycleTimes.add(time);
      }
    }
    int[] hull =
        LowerHull.of(
            cycleTimes.stream().mapToDouble(Long::doubleValue).toArray(),
            cycles.stream().mapToDouble(Cycle::energy).toArray());
    return Arrays.stream(hull).mapToObj(cycles::get).toList();
  }

  /**
   * Rounds on top of another rounding, whose choices outside the steady part stay.
   *
   * @param others choices in time
   * @param deadline latest end in ticks
   * @return choices in time; null where even the fastest cycle is too slow
   */
  int[] round(int[] others, long deadline) {
    int low = -1;
    int high = cycles.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (inTime(apply(others, cycles.get(middle), null, 0), deadline)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (low < 0) {
      return null;
    }
    int[] best = apply(others, cycles.get(low), null, 0);
    double least = network.energy(best);
    for (int a = Math.max(0, low - 1); a <= low; a++) {
      for (int b = low + 1; b < Math.min(cycles.size(), low + 3); b++) {
        int[] mixed = mix(others, cycles.get(a), cycles.get(b), deadline);
        double energy = network.energy(mixed);
        if (energy < least) {
          least = energy;
          best = mixed;
        }
      }
    }
    return best;
  }

  private static int[] steady(
      IterationDag dag, int stage, Instruction instruction, int from, int to) {
    List<Operation> operations = dag.operations();
    return Arrays.stream(dag.stageOperations(stage))
        .filter(j -> operations.get(j).instruction().equals(instruction))
        .filter(j -> operations.get(j).microbatch() >= from && operations.get(j).microbatch() < to)
        .toArray();
  }

  /** Whether the iteration has a steady part. */
  private boolean applies() {
    for (int s = 0; s < forwards.length; s++) {
      if (forwards[s].length < 2 || backwards[s].length != forwards[s].length) {
        return false;
      }
    }
    return true;
  }

  /**
   * Every stage's cheapest pair within a time.
   *
   * @param ticks not below those of any stage's fastest pair
   */
  private Cycle cycle(long ticks) {
    int stages = forwards.length;
    int[] forwardOf = new int[stages];
    int[] backwardOf = new int[stages];
    double energy = 0;
    for (int s = 0; s < stages; s++) {
      int forward = forwards[s][0];
      int backward = backwards[s][0];
      double least = Double.POSITIVE_INFINITY;
      int b = network.ticks[backward].length - 1;
      for (int f = 0; f < network.ticks[forward].length; f++) {
        while (b >= 0 && network.ticks[forward][f] + network.ticks[backward][b] > ticks) {
          b--;
        }
        if (b < 0) {
          break;
        }
        double pair = network.energies[forward][f] + network.energies[backward][b];
        if (pair < least) {
          least = pair;
          forwardOf[s] = f;
          backwardOf[s] = b;
        }
      }
      energy += least;
    }
    return new Cycle(forwardOf, backwardOf, energy);
  }

  /** As many cycles as possible under the slower of two, the others under the faster. */
  private int[] mix(int[] others, Cycle faster, Cycle slower, long deadline) {
    int low = 0;
    int high = forwards[0].length;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (inTime(apply(others, faster, slower, middle), deadline)) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return apply(others, faster, slower, low);
  }

  private int[] apply(int[] others, Cycle faster, Cycle slower, int slowerCycles) {
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
