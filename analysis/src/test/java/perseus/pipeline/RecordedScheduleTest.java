package perseus.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;

class RecordedScheduleTest {
  @TempDir Path directory;

  private static List<List<String>> orderOf(
      PipelineSchedule schedule, int ranks, int microbatches) {
    return IntStream.range(0, ranks)
        .mapToObj(
            rank ->
                schedule.rankSteps(rank, ranks, microbatches).stream()
                    .map(ScheduleAction::text)
                    .toList())
        .toList();
  }

  private static IterationDag dag(Schedule schedule, int stages, int microbatches) {
    return schedule.dag(
        stages,
        microbatches,
        Collections.nCopies(stages, Set.of(Instruction.OPTIMIZER_STEP)),
        new double[stages - 1]);
  }

  private static List<String> arcs(IterationDag dag) {
    return IntStream.range(0, dag.size())
        .boxed()
        .flatMap(
            j ->
                IntStream.of(dag.predecessors(j))
                    .mapToObj(i -> dag.operations().get(i) + " -> " + dag.operations().get(j)))
        .map(arc -> arc.replaceAll("Operation.index=\\d+, ", ""))
        .sorted()
        .toList();
  }

  @Test
  void orderOfAKnownScheduleHasItsArcs() {
    for (PipelineSchedule known :
        List.of(Schedules.ONE_FORWARD_ONE_BACKWARD, Schedules.GPIPE, new Interleaved(2))) {
      int stages = 3 * known.virtualStages();
      RecordedSchedule recorded = RecordedSchedule.of("run.json", orderOf(known, 3, 6));
      assertThat(recorded.microbatches()).isEqualTo(6);
      assertThat(arcs(dag(recorded, stages, 6))).isEqualTo(arcs(dag(known, stages, 6)));
    }
  }

  @Test
  void overlappingForwardAndBackwardOfTorchRunInTurn() throws IOException {
    Path file = directory.resolve("dual.csv");
    Files.writeString(file, "0F0,1F0,(0F1;1B0)OVERLAP_F_B,0B0, 1RECV_F1,1F1,1B1,0B1\n");
    assertThat(RecordedSchedule.readCsv(file).order())
        .containsExactly(List.of("0F0", "1F0", "0F1", "1B0", "0B0", "1F1", "1B1", "0B1"));
    assertThatThrownBy(
            () -> RecordedSchedule.of("f.csv", List.of(List.of("0F0", "(0F0;0B0)OVERLAP_F_B"))))
        .isInstanceOf(UserError.class)
        .hasMessage("f.csv: rank 0 has 0F0 twice.");
    Files.writeString(file, "\n0F0,0B0\n\n1F0,0B1\n");
    assertThatThrownBy(() -> RecordedSchedule.readCsv(file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(file + ", line 4", "stage 0", "another rank");
    assertThatThrownBy(() -> RecordedSchedule.of("f.csv", List.of(List.of("(0F0;x)OVERLAP_F_B"))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("f.csv: rank 0: 'x' is no action");
  }

  @Test
  void backwardWaitsForThePartForTheInputsOfTheNextStage() {
    IterationDag dag =
        dag(
            RecordedSchedule.of(
                "run.json", List.of(List.of("0F0", "0I0", "0W0"), List.of("1F0", "1I0", "1W0"))),
            2,
            1);
    assertThat(arcs(dag))
        .contains(
            "backward_input of stage 1, microbatch 0 -> backward_input of stage 0, microbatch 0")
        .noneMatch(arc -> arc.startsWith("weight_backward of stage 1") && arc.contains("stage 0"));
  }

  @Test
  void readsSchedulesOfTorchWithBubblesAndTransfers() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("schedule.csv"),
            "0F0,0SEND_F0,,0RECV_B0,0B0\n,1RECV_F0,1F0,1B0,1SEND_B0,1REDUCE_GRAD\n");
    RecordedSchedule schedule = RecordedSchedule.readCsv(file);
    assertThat(schedule.order()).containsExactly(List.of("0F0", "0B0"), List.of("1F0", "1B0"));
  }

  @Test
  void stagesOfAVShapedScheduleStayOnTheirRanks() {
    RecordedSchedule schedule =
        RecordedSchedule.of(
            "run.json",
            List.of(List.of("0F0", "3F0", "3B0", "0B0"), List.of("1F0", "2F0", "2B0", "1B0")));
    assertThat(schedule.stagesOfRanks()).containsExactly(List.of(0, 3), List.of(1, 2));
    assertThat(dag(schedule, 4, 1).lanes()).isEqualTo(2);
  }

  @Test
  void refusesOrdersThatNoPipelineCanRun() {
    assertThatThrownBy(() -> RecordedSchedule.of("x.csv", List.of(List.of("0F0", "0Q0"))))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("x.csv", "rank 0", "0Q0");
    assertThatThrownBy(() -> RecordedSchedule.of("x.csv", List.of(List.of("0F0", "0F0"))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> RecordedSchedule.of("x.csv", List.of(List.of("0F0"), List.of("0B0"))))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("stage 0");
    RecordedSchedule deadlock =
        RecordedSchedule.of("x.csv", List.of(List.of("0B0", "0F0"), List.of("1F0", "1B0")));
    assertThatThrownBy(() -> dag(deadlock, 2, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("x.csv");
  }
}
