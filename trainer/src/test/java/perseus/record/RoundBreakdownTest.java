package perseus.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import perseus.control.PipeInstruction;
import perseus.engine.StageProgram;
import perseus.pipeline.ChunkInstruction;
import perseus.pipeline.Instruction;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedules;

class RoundBreakdownTest {
  private static RoundBreakdown breakdown(PipelineSchedule schedule, int stage) {
    return new RoundBreakdown(3, StageProgram.of(schedule, stage, 3, 2).pipeSchedule());
  }

  @Test
  void energiesAreEmptyListsWithOneListForEachIteration() {
    RoundBreakdown breakdown = breakdown(Schedules.ONE_FORWARD_ONE_BACKWARD, 0);
    breakdown.nextIteration();
    breakdown.executed(Instruction.FORWARD, 1, 1.5);
    breakdown.nextIteration();
    breakdown.nextIteration();

    assertThat(breakdown.seconds().get("forward")).hasDimensions(3, 2);
    assertThat(breakdown.seconds().get("forward")[0]).containsExactly(0.5, 0);
    // The profiler of the Perseus research release requires a list of energies for each list of
    // times.
    assertThat(breakdown.joules().get("forward")).hasDimensions(3, 0);
    assertThat(breakdown.joules().get("backward")).hasDimensions(3, 0);
    assertThat(breakdown.joules().get("load")).isEmpty();
  }

  @Test
  void stageWithoutLoadsReportsNoLoads() {
    RoundBreakdown first = breakdown(Schedules.ONE_FORWARD_ONE_BACKWARD, 0);
    assertThat(first.seconds()).containsOnlyKeys("load", "forward", "backward");
    RoundBreakdown middle = breakdown(Schedules.ONE_FORWARD_ONE_BACKWARD, 1);
    assertThat(middle.seconds()).containsOnlyKeys("forward", "backward");
    assertThat(middle.joules()).containsOnlyKeys("forward", "backward");
    // A stage in the middle of the pipeline may load tokens for a decoder.
    middle.nextIteration();
    middle.executed(Instruction.LOAD, 0, 1);
    assertThat(middle.seconds()).containsOnlyKeys("forward", "backward");
  }

  @Test
  void recomputationsCountAsForwardsAndBackwardsAsPureBackwards() {
    List<PipeInstruction> registered =
        StageProgram.of(Schedules.EARLY_RECOMPUTE, 1, 3, 2).pipeSchedule();
    assertThat(registered.stream().filter(PipeInstruction::isComputation))
        .containsOnly(PipeInstruction.FORWARD, PipeInstruction.PURE_BACKWARD);
    RoundBreakdown breakdown = breakdown(Schedules.EARLY_RECOMPUTE, 1);
    double start = 0;
    for (int iteration = 0; iteration < 2; iteration++) {
      breakdown.nextIteration();
      for (PipeInstruction instruction : registered) {
        if (instruction.isComputation()) {
          breakdown.executed(
              instruction == PipeInstruction.FORWARD
                  ? (int) start % 2 == 0 ? Instruction.FORWARD : Instruction.RECOMPUTATION
                  : Instruction.BACKWARD,
              start,
              start + 1);
          start++;
        }
      }
    }

    assertThat(breakdown.seconds()).containsOnlyKeys("forward", "pure_backward");
    for (String name : List.of("forward", "pure_backward")) {
      long count = registered.stream().filter(i -> i.jsonName().equals(name)).count();
      assertThat(breakdown.seconds().get(name)).hasDimensions(2, (int) count);
      for (double[] iteration : breakdown.seconds().get(name)) {
        assertThat(iteration).containsOnly(1);
      }
      assertThat(breakdown.joules().get(name)).hasDimensions(2, 0);
    }
  }

  @Test
  void backwardsThatRecomputeCountAsBackwardsBesidePureBackwards() {
    RoundBreakdown breakdown = breakdown(Schedules.MERAK_EARLY_RECOMPUTE, 1);
    breakdown.nextIteration();
    breakdown.executed(Instruction.FORWARD_BACKWARD, 0, 3);
    breakdown.executed(Instruction.RECOMPUTATION, 3, 4);
    breakdown.executed(Instruction.BACKWARD, 4, 6);
    assertThat(breakdown.seconds().get("backward")[0]).containsExactly(3);
    assertThat(breakdown.seconds().get("pure_backward")[0]).containsExactly(2);
    assertThat(breakdown.seconds().get("forward")[0]).containsExactly(1, 0, 0);
  }

  @Test
  void allStagesOfARankAreKept() {
    RoundBreakdown breakdown =
        new RoundBreakdown(3, List.of(PipeInstruction.FORWARD, PipeInstruction.FORWARD));
    breakdown.nextIteration();
    breakdown.executed(new ChunkInstruction(Instruction.FORWARD, 0).logged(), 0, 1);
    breakdown.executed(new ChunkInstruction(Instruction.FORWARD, 1).logged(), 1, 3);
    assertThat(breakdown.seconds().get("forward")[0]).containsExactly(1, 2);
  }
}
