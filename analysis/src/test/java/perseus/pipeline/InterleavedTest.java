package perseus.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;
import static perseus.pipeline.Instruction.LOAD;
import static perseus.pipeline.Instruction.OPTIMIZER_STEP;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;
import perseus.planner.problem.EarliestStarts;

/** Tests the orders, DAGs and limits of interleaved schedules. */
class InterleavedTest {
  private static IterationDag dag(
      int virtualStages, int ranks, int microbatches, double transfer, Instruction... fixed) {
    int stages = virtualStages * ranks;
    double[] transfers = new double[stages - 1];
    Arrays.fill(transfers, transfer);
    return Schedules.of("interleaved:" + virtualStages)
        .dag(stages, microbatches, Collections.nCopies(stages, Set.of(fixed)), transfers);
  }

  /**
   * Returns the order of a rank as text, such as F2.0 for the forward of stage 2 and microbatch 0.
   */
  private static String order(IterationDag dag, int lane) {
    return Arrays.stream(dag.laneOperations(lane))
        .mapToObj(j -> dag.operations().get(j))
        .map(
            o ->
                o.instruction().name().substring(0, 1).toUpperCase(Locale.ROOT)
                    + o.stage()
                    + "."
                    + o.microbatch())
        .collect(Collectors.joining(" "));
  }

  @Test
  void ordersAreThoseOfMegatronLm() {
    IterationDag dag = dag(2, 2, 4, 0);
    assertThat(order(dag, 0))
        .isEqualTo(
            "F0.0 F0.1 F2.0 F2.1 F0.2 B2.0 F0.3 B2.1 F2.2 B0.0 F2.3 B0.1 B2.2 B2.3 B0.2 B0.3");
    assertThat(order(dag, 1))
        .isEqualTo(
            "F1.0 F1.1 F3.0 B3.0 F3.1 B3.1 F1.2 B1.0 F1.3 B1.1 F3.2 B3.2 F3.3 B3.3 B1.2 B1.3");
  }

  @ParameterizedTest
  @CsvSource({"2, 1, 3", "2, 4, 8", "3, 2, 2", "4, 4, 4", "2, 3, 12", "2, 8, 8"})
  void everyRankRunsAllOfItsStagesAndNothingDeadlocks(int v, int ranks, int microbatches) {
    IterationDag dag = dag(v, ranks, microbatches, 0.25);
    assertThat(dag.stages()).isEqualTo(v * ranks);
    assertThat(dag.lanes()).isEqualTo(ranks);
    assertThat(dag.operations()).doesNotHaveDuplicates().hasSize(2 * v * ranks * microbatches);
    for (Operation operation : dag.operations()) {
      int j = operation.index();
      assertThat(dag.lane(j)).isEqualTo(operation.stage() % ranks);
      for (int p : dag.predecessors(j)) {
        assertThat(p).isLessThan(j);
        assertThat(dag.transferSeconds(p, j)).isEqualTo(dag.lane(p) == dag.lane(j) ? 0 : 0.25);
      }
    }
  }

  @Test
  void pipelineOfHalfStagesFillsTwiceAsFast() {
    // The iteration time is (M V + R - 1) (f + b) with V = 2 stages per rank, R = 4 ranks and M = 8
    // microbatches. A forward takes f seconds, and a backward takes b seconds.
    double[] durations = new double[2 * 8 * 8];
    IterationDag dag = dag(2, 4, 8, 0);
    for (Operation operation : dag.operations()) {
      durations[operation.index()] = operation.instruction().equals(FORWARD) ? 1 : 2;
    }
    assertThat(EarliestStarts.of(dag, durations).makespanSeconds()).isEqualTo((8 * 2 + 4 - 1) * 3);
  }

  @Test
  void otherInstructionsRunWithTheirStage() {
    IterationDag dag = dag(2, 2, 2, 0, LOAD, OPTIMIZER_STEP);
    assertThat(order(dag, 0)).startsWith("L0.0 F0.0 L0.1 F0.1 L2.0 F2.0").endsWith("O0.-1 O2.-1");
    assertThat(dag.operations()).filteredOn(o -> o.instruction().equals(BACKWARD)).hasSize(8);
  }

  @Test
  void groupsOfMicrobatchesAreThoseOfMegatronLm() {
    // The expected orders are from a table in the documentation of Megatron-LM, for 2 ranks, 5
    // microbatches and groups of 3 microbatches.
    List<Step> steps = Schedules.of("interleaved:2:3").rankSteps(1, 2, 5);
    assertThat(
            steps.stream()
                .filter(step -> step.instruction().equals(FORWARD))
                .map(step -> step.microbatch() + "." + step.stage() / 2))
        .containsExactly("0.0", "1.0", "2.0", "0.1", "1.1", "2.1", "3.0", "4.0", "3.1", "4.1");
    // The last rank starts with (V - 1) N = 3 forwards. Then the rank runs one forward before each
    // backward.
    assertThat(steps.subList(0, 6).stream().map(ScheduleAction::text))
        .containsExactly("1F0", "1F1", "1F2", "3F0", "3B0", "3F1");
  }

  @Test
  void everySmallPipelineWithGroupsRunsAllStepsOnceWithoutDeadlock() {
    int fitting = 0;
    for (int v = 2; v <= 4; v++) {
      for (int ranks = 1; ranks <= 5; ranks++) {
        for (int microbatches = 1; microbatches <= 13; microbatches++) {
          for (int group = 1; group <= microbatches + 1; group++) {
            int last = microbatches % group;
            boolean fits = group >= ranks && group <= microbatches && (last == 0 || last >= ranks);
            Interleaved schedule = new Interleaved(v, group);
            try {
              schedule.requireFits(ranks, microbatches);
              assertThat(fits).as("%s %d %d", schedule, ranks, microbatches).isTrue();
            } catch (UserError e) {
              assertThat(fits).as("%s %d %d", schedule, ranks, microbatches).isFalse();
              continue;
            }
            fitting++;
            int stages = v * ranks;
            IterationDag dag =
                schedule.dag(
                    stages,
                    microbatches,
                    Collections.nCopies(stages, Set.of()),
                    new double[stages - 1]);
            assertThat(
                    dag.operations().stream()
                        .map(o -> List.of(o.stage(), o.instruction(), o.microbatch()))
                        .distinct())
                .hasSize(2 * stages * microbatches);
            assertThat(dag.size()).isEqualTo(2 * stages * microbatches);
            if (group == ranks) {
              for (int rank = 0; rank < ranks; rank++) {
                assertThat(schedule.rankSteps(rank, ranks, microbatches))
                    .isEqualTo(new Interleaved(v).rankSteps(rank, ranks, microbatches));
              }
            }
          }
        }
      }
    }
    assertThat(fitting).isGreaterThan(300);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "interleaved:2 | 3 | 3 | stages",
        "interleaved | 4 | 3 | microbatches",
        "interleaved:1 | 4 | 4 | 2 or more stages per rank",
        "interleaved:x | 4 | 4 | 'interleaved:x'",
        "zb | 4 | 4 | 'zb'",
        "interleaved:2 | 4 | 5 | interleaved:2:5",
        "interleaved:2:0 | 4 | 4 | groups of 0",
        "interleaved:2:3 | 4 | 4 | at least 2",
        "interleaved:2:1 | 4 | 4 | groups of 2 to 4",
        "interleaved:2:5 | 4 | 4 | groups of 2 to 4",
        "interleaved:2:3:4 | 4 | 4 | interleaved:V:N",
        "interleaved:2: | 4 | 4 | interleaved:V:N",
      })
  void invalidNamesAndPipelinesThatCannotBeInterleavedAreRefused(
      String flag, int stages, int microbatches, String fact) {
    assertThatThrownBy(
            () ->
                Schedules.of(flag)
                    .dag(
                        stages,
                        microbatches,
                        Collections.nCopies(stages, Set.of()),
                        new double[stages - 1]))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(fact);
    assertThat(List.of(Schedules.of("1F1B"), Schedules.of("gpipe")))
        .containsExactly(Schedules.ONE_FORWARD_ONE_BACKWARD, Schedules.GPIPE);
  }
}
