package perseus.planner.rounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import perseus.pipeline.Instruction;
import perseus.pipeline.Operation;
import perseus.planner.PlannerBenchmark;
import perseus.planner.RandomProblems;
import perseus.planner.network.OptionTables;
import perseus.planner.network.TickScale;
import perseus.planner.problem.PlanningProblem;

class SteadyStateRoundingTest {
  private static final double TOLERANCE_JOULES = 1e-9;

  /**
   * Holds one choice of options for the forward and the backward of each stage.
   *
   * @param ticks time of one forward and one backward, in integer time units
   * @param energy energy of the whole iteration, in joules, if every microbatch in the steady state
   *     uses this choice
   * @param choices index of the option of each operation of the iteration
   */
  private record Cycle(long ticks, double energy, int[] choices) {}

  /** Holds a problem and its fastest options, from which the rounding starts. */
  private static final class Case {
    final PlanningProblem problem;
    final OptionTables network;
    final int ramp;
    final int[] fastest;
    final List<SteadyStateRounding> roundings;

    Case(PlanningProblem problem, int ramp) {
      this.problem = problem;
      this.ramp = ramp;
      network = new OptionTables(problem, new TickScale(problem));
      fastest = new int[network.operations];
      roundings = SteadyStateRounding.ofRamps(problem, network, ramp);
    }

    long makespan(int[] choices) {
      return new PlanTiming(network, choices, Long.MAX_VALUE / 2).makespan();
    }

    /**
     * Returns a deadline between the makespans of the fastest and of the slowest options, in
     * integer time units.
     */
    long deadline(double fraction) {
      int[] slowest = new int[network.operations];
      Arrays.setAll(slowest, j -> network.ticks[j].length - 1);
      long shortest = makespan(fastest);
      return shortest + (long) (fraction * (makespan(slowest) - shortest));
    }

    boolean isSteady(int j) {
      Operation operation = problem.dag().operations().get(j);
      return operation.instruction().isComputation()
          && operation.microbatch() >= ramp
          && operation.microbatch() < problem.microbatches() - ramp;
    }

    /**
     * Returns the options with the lowest energy for each possible cycle time. The cycle time is
     * the time of one forward and one backward.
     */
    List<Cycle> cycles() {
      List<Cycle> cycles = new ArrayList<>();
      for (long ticks : cycleTimes()) {
        int[] choices = fastest.clone();
        if (IntStream.range(0, problem.dag().stages())
            .allMatch(stage -> chooseCheapestPair(choices, stage, ticks))) {
          cycles.add(new Cycle(ticks, network.energy(choices), choices));
        }
      }
      return cycles;
    }

    private long[] cycleTimes() {
      return IntStream.range(0, problem.dag().stages())
          .mapToObj(this::steadyOperations)
          .flatMapToLong(
              steady ->
                  Arrays.stream(network.ticks[steady[0]])
                      .flatMap(f -> Arrays.stream(network.ticks[steady[1]]).map(b -> f + b)))
          .distinct()
          .toArray();
    }

    /**
     * Returns the operations of a stage in the steady state, between the filling and the draining
     * of the pipeline. The first two returned operations have different instructions.
     */
    private int[] steadyOperations(int stage) {
      int[] steady =
          Arrays.stream(problem.dag().stageOperations(stage)).filter(this::isSteady).toArray();
      int other = 0;
      while (instruction(steady[other]).equals(instruction(steady[0]))) {
        other++;
      }
      int second = steady[other];
      steady[other] = steady[1];
      steady[1] = second;
      return steady;
    }

    private Instruction instruction(int j) {
      return problem.dag().operations().get(j).instruction();
    }

    private boolean chooseCheapestPair(int[] choices, int stage, long ticks) {
      int[] steady = steadyOperations(stage);
      double lowest = Double.POSITIVE_INFINITY;
      for (int a = 0; a < network.ticks[steady[0]].length; a++) {
        for (int b = 0; b < network.ticks[steady[1]].length; b++) {
          double energy = network.energies[steady[0]][a] + network.energies[steady[1]][b];
          if (network.ticks[steady[0]][a] + network.ticks[steady[1]][b] <= ticks
              && energy < lowest) {
            lowest = energy;
            for (int j : steady) {
              choices[j] = instruction(j).equals(instruction(steady[0])) ? a : b;
            }
          }
        }
      }
      return lowest < Double.POSITIVE_INFINITY;
    }

    /**
     * Returns the lowest energy of all plans that meet the deadline. Operations that are not free
     * keep their fastest option.
     */
    double lowestEnergy(IntPredicate free, long deadline) {
      return lowestEnergy(fastest.clone(), 0, free, deadline);
    }

    private double lowestEnergy(int[] choices, int j, IntPredicate free, long deadline) {
      if (j == choices.length) {
        return makespan(choices) <= deadline ? network.energy(choices) : Double.POSITIVE_INFINITY;
      }
      double lowest = Double.POSITIVE_INFINITY;
      int count = free.test(j) ? network.ticks[j].length : 1;
      for (int k = 0; k < count; k++) {
        choices[j] = k;
        lowest = Math.min(lowest, lowestEnergy(choices, j + 1, free, deadline));
      }
      choices[j] = 0;
      return lowest;
    }
  }

  @Property(tries = 100)
  void resultIsInTimeAndKeepsTheOptionsOfTheRamps(
      @ForAll @LongRange(min = 0) long seed, @ForAll @IntRange(min = 0, max = 10) int tenths) {
    Case tried = new Case(RandomProblems.problem(seed, 4, 10, 6), 1);
    long deadline = tried.deadline(tenths / 10.0);
    for (SteadyStateRounding rounding : tried.roundings) {
      int[] rounded = rounding.round(tried.fastest, deadline);
      if (rounded != null) {
        assertThat(tried.makespan(rounded)).isLessThanOrEqualTo(deadline);
        assertThat(tried.network.energy(rounded))
            .isLessThanOrEqualTo(tried.network.energy(tried.fastest) + TOLERANCE_JOULES);
        for (int j = 0; j < rounded.length; j++) {
          if (!tried.isSteady(j)) {
            assertThat(rounded[j]).isEqualTo(tried.fastest[j]);
          }
        }
      }
    }
  }

  /**
   * Compares the rounding with all combinations of options of the steady operations, in problems
   * with few steady operations.
   */
  @Property(tries = 60)
  void energyIsTheMinimumWhereTimeIsNotScarceAndNeverBelowTheMinimum(
      @ForAll @LongRange(min = 0) long seed, @ForAll @IntRange(min = 0, max = 10) int tenths) {
    Case tried = new Case(RandomProblems.problem(seed, 2, 4, 3), 1);
    Assume.that(!tried.roundings.isEmpty());
    long deadline = tried.deadline(tenths / 10.0);
    double optimum = tried.lowestEnergy(tried::isSteady, deadline);
    int[] rounded = tried.roundings.get(0).round(tried.fastest, deadline);
    if (rounded != null) {
      assertThat(tried.network.energy(rounded)).isGreaterThanOrEqualTo(optimum - TOLERANCE_JOULES);
    }
    int[] unlimited = tried.roundings.get(0).round(tried.fastest, tried.deadline(1));
    assertThat(unlimited).isNotNull();
    assertThat(tried.network.energy(unlimited))
        .isCloseTo(
            tried.lowestEnergy(tried::isSteady, tried.deadline(1)), within(TOLERANCE_JOULES));
  }

  /**
   * Compares the rounding with the shortest cycle time that all stages can keep. The search may
   * miss longer cycle times that meet the deadline. The reason is that an iteration with a shorter
   * cycle time does not always end earlier.
   */
  @Property(tries = 100)
  void energyIsAtMostThatOfTheShortestCycleThatIsInTime(
      @ForAll @LongRange(min = 0) long seed, @ForAll @IntRange(min = 0, max = 10) int tenths) {
    Case tried = new Case(RandomProblems.problem(seed, 3, 6, 4), 1);
    Assume.that(!tried.roundings.isEmpty());
    long deadline = tried.deadline(tenths / 10.0);
    int[] rounded = tried.roundings.get(0).round(tried.fastest, deadline);
    Cycle shortest =
        tried.cycles().stream().min(Comparator.comparingLong(Cycle::ticks)).orElseThrow();
    if (tried.makespan(shortest.choices) <= deadline) {
      assertThat(rounded).isNotNull();
      assertThat(tried.network.energy(rounded))
          .isLessThanOrEqualTo(shortest.energy + TOLERANCE_JOULES);
    }
  }

  @Test
  void energyFallsWithTheDeadline() {
    Case tried = new Case(PlannerBenchmark.problem(4, 16), 4);
    double[] energies =
        IntStream.rangeClosed(1, 10)
            .mapToObj(tenths -> tried.deadline(tenths / 10.0))
            .map(deadline -> tried.roundings.get(0).round(tried.fastest, deadline))
            .mapToDouble(tried.network::energy)
            .toArray();
    for (int i = 1; i < energies.length; i++) {
      assertThat(energies[i]).isLessThanOrEqualTo(energies[i - 1]);
    }
    assertThat(energies[5]).isLessThan(0.9 * energies[0]);
  }

  @Test
  void problemWithoutTwoSteadyMicrobatchesHasNoRounding() {
    assertThat(new Case(PlannerBenchmark.problem(4, 9), 4).roundings).isEmpty();
    assertThat(new Case(PlannerBenchmark.problem(4, 10), 4).roundings).hasSize(1);
  }
}
