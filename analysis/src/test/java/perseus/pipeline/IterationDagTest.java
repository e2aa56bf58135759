package perseus.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.LOAD;
import static perseus.pipeline.Instruction.OPTIMIZER_STEP;
import static perseus.pipeline.Instruction.RECOMPUTATION;
import static perseus.pipeline.Instruction.REDUCE_GRADS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import perseus.planner.problem.EarliestStarts;

/**
 * Tests the arcs, earliest starts and makespans (iteration times) of the DAGs of pipeline
 * schedules.
 */
class IterationDagTest {
  private static final Map<Instruction, Double> SECONDS =
      Map.of(
          FORWARD,
          1.0,
          BACKWARD,
          2.0,
          RECOMPUTATION,
          0.5,
          LOAD,
          0.25,
          REDUCE_GRADS,
          4.0,
          OPTIMIZER_STEP,
          8.0);

  private static IterationDag dag(
      PipelineSchedule schedule,
      int stages,
      int microbatches,
      double transfer,
      Instruction... fixed) {
    double[] transfers = new double[stages - 1];
    Arrays.fill(transfers, transfer);
    return schedule.dag(
        stages, microbatches, Collections.nCopies(stages, Set.of(fixed)), transfers);
  }

  private static double makespan(IterationDag dag) {
    return EarliestStarts.of(
            dag, dag.operations().stream().mapToDouble(o -> SECONDS.get(o.instruction())).toArray())
        .makespanSeconds();
  }

  private static List<Step> steps(IterationDag dag, int stage) {
    return Arrays.stream(dag.stageOperations(stage))
        .mapToObj(j -> dag.operations().get(j))
        .map(o -> new Step(stage, o.instruction(), o.microbatch()))
        .toList();
  }

  private static List<Integer> boxed(int[] indices) {
    return Arrays.stream(indices).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("perseus.pipeline.SchedulesTest#schedules")
  void arcsAreThoseOfTheDefinition(PipelineSchedule schedule) {
    for (int stages = 1; stages <= 5; stages++) {
      for (int microbatches = 1; microbatches <= 7; microbatches++) {
        check(dag(schedule, stages, microbatches, 0.5), schedule, microbatches);
        check(
            dag(schedule, stages, microbatches, 0, LOAD, REDUCE_GRADS, OPTIMIZER_STEP),
            schedule,
            microbatches);
      }
    }
  }

  private static void check(IterationDag dag, PipelineSchedule schedule, int microbatches) {
    List<List<Integer>> successors = new ArrayList<>();
    for (int j = 0; j < dag.size(); j++) {
      successors.add(new ArrayList<>());
    }
    int[] previous = new int[dag.stages()];
    Arrays.fill(previous, -1);
    for (Operation operation : dag.operations()) {
      int j = operation.index();
      assertThat(dag.operations().get(j)).isSameAs(operation);
      List<Integer> expected = new ArrayList<>();
      int before = previous[operation.stage()];
      expected.add(before);
      previous[operation.stage()] = j;
      // A stage first receives an activation, then loads data, and then runs the forward.
      boolean loaded = before >= 0 && dag.operations().get(before).instruction().equals(LOAD);
      int neighbour = 0;
      if (operation.instruction().equals(LOAD)
          || operation.instruction().equals(FORWARD) && !loaded) {
        neighbour = -1;
      } else if (operation.instruction().equals(BACKWARD)) {
        neighbour = 1;
      }
      int from = operation.stage() + neighbour;
      if (neighbour != 0 && from >= 0 && from < dag.stages()) {
        expected.add(
            dag.operations().stream()
                .filter(o -> o.stage() == from)
                .filter(
                    o ->
                        o.instruction()
                            .equals(
                                operation.instruction().equals(LOAD)
                                    ? FORWARD
                                    : operation.instruction()))
                .filter(o -> o.microbatch() == operation.microbatch())
                .mapToInt(Operation::index)
                .findFirst()
                .orElseThrow());
      }
      expected.removeIf(p -> p < 0);
      assertThat(boxed(dag.predecessors(j)))
          .doesNotHaveDuplicates()
          .containsExactlyInAnyOrderElementsOf(expected)
          .allMatch(p -> p < j);
      expected.forEach(p -> successors.get(p).add(j));
    }
    for (int j = 0; j < dag.size(); j++) {
      assertThat(boxed(dag.successors(j))).containsExactlyInAnyOrderElementsOf(successors.get(j));
    }
    for (int s = 0; s < dag.stages(); s++) {
      assertThat(steps(dag, s).stream().filter(step -> step.instruction().isComputation()))
          .containsExactlyElementsOf(schedule.rankSteps(s, dag.stages(), microbatches));
    }
  }

  @Test
  void otherInstructionsRunBeforeForwardsOrAfterTheLastComputation() {
    IterationDag dag =
        Schedules.ONE_FORWARD_ONE_BACKWARD.dag(
            2,
            2,
            List.of(Set.of(LOAD, OPTIMIZER_STEP, new Instruction("unknown")), Set.of(REDUCE_GRADS)),
            new double[1]);
    assertThat(steps(dag, 0))
        .containsExactly(
            new Step(0, LOAD, 0),
            new Step(0, FORWARD, 0),
            new Step(0, LOAD, 1),
            new Step(0, FORWARD, 1),
            new Step(0, BACKWARD, 0),
            new Step(0, BACKWARD, 1),
            new Step(0, OPTIMIZER_STEP, Step.EVERY_MICROBATCH));
    assertThat(steps(dag, 1)).last().isEqualTo(new Step(1, REDUCE_GRADS, Step.EVERY_MICROBATCH));
    assertThat(steps(dag(Schedules.GPIPE, 1, 1, 0, OPTIMIZER_STEP, REDUCE_GRADS), 0))
        .extracting(Step::instruction)
        .containsExactly(FORWARD, BACKWARD, REDUCE_GRADS, OPTIMIZER_STEP);
  }

  @Test
  void makespanIsTheOneComputedByHand() {
    PipelineSchedule oneForwardOneBackward = Schedules.ONE_FORWARD_ONE_BACKWARD;
    assertThat(makespan(dag(oneForwardOneBackward, 1, 1, 0))).isEqualTo(3);
    assertThat(makespan(dag(oneForwardOneBackward, 1, 4, 0))).isEqualTo(12);
    assertThat(makespan(dag(oneForwardOneBackward, 4, 1, 0))).isEqualTo(12);
    // If all stages take equal times, the iteration time is (M + S - 1) (f + b). Here, S is the
    // number of stages, and M is the number of microbatches. A forward takes f seconds, and a
    // backward takes b seconds.
    assertThat(makespan(dag(oneForwardOneBackward, 2, 2, 0))).isEqualTo(9);
    assertThat(makespan(dag(oneForwardOneBackward, 4, 8, 0))).isEqualTo(33);
    assertThat(makespan(dag(Schedules.GPIPE, 4, 8, 0))).isEqualTo(33);
    assertThat(makespan(dag(oneForwardOneBackward, 4, 2, 0))).isEqualTo(15);
    // On stage 0, the first forward runs from 0 to 1 s. On stage 1, a forward runs from 1.5 to 2.5
    // s, a backward until 4.5 s, a forward until 5.5 s and a backward until 7.5 s. The last
    // backward on stage 0 runs from 8 to 10 s.
    assertThat(makespan(dag(oneForwardOneBackward, 2, 2, 0.5))).isEqualTo(10);
    assertThat(makespan(dag(oneForwardOneBackward, 3, 1, 0.5))).isEqualTo(11);
    assertThat(makespan(dag(oneForwardOneBackward, 1, 2, 0, LOAD, REDUCE_GRADS, OPTIMIZER_STEP)))
        .isEqualTo(2 * 3.25 + 12);
    // The gradients of microbatches 0 and 1 arrive at 4 s and 7 s. Each recomputation ends before
    // the gradient arrives, so no recomputation delays a backward.
    assertThat(makespan(dag(Schedules.EARLY_RECOMPUTE, 2, 2, 0))).isEqualTo(9);
  }

  @Test
  void pipelineWithoutStagesOrMicrobatchesIsRefused() {
    for (int[] size : new int[][] {{0, 1}, {1, 0}, {-1, 1}}) {
      assertThatThrownBy(
              () -> Schedules.GPIPE.dag(size[0], size[1], List.of(Set.of()), new double[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> Schedules.GPIPE.dag(2, 1, List.of(Set.of(), Set.of()), new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
