package perseus.pipeline.dagfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;
import perseus.pipeline.Instruction;
import perseus.pipeline.IterationDag;
import perseus.pipeline.Operation;
import perseus.pipeline.Step;
import perseus.planner.problem.EarliestStarts;

/** Tests schedules from JSON files. In the files of these tests, each operation is on one line. */
class JsonScheduleTest {
  @TempDir Path directory;

  private JsonSchedule schedule(String... operations) throws IOException {
    Path file = directory.resolve("dag.json");
    Files.writeString(
        file, "{\"operations\": [" + String.join(",\n", operations).replace('\'', '"') + "]}");
    return JsonSchedule.read(file);
  }

  private static IterationDag dag(JsonSchedule schedule, int stages) {
    return schedule.dag(stages, 1, List.of(), new double[] {0.5, 0.5});
  }

  @Test
  void operationsWaitForThePredecessorsTheyNameAndForTheOneBeforeThemOnTheirRank()
      throws IOException {
    JsonSchedule schedule =
        schedule(
            "{'id': 'b0', 'stage': 1, 'instruction': 'backward', 'microbatch': 3, 'predecessors': ['f1']}",
            "{'id': 'f0', 'stage': 0, 'instruction': 'forward', 'microbatch': 3}",
            "{'id': 'f1', 'stage': 2, 'rank': 7, 'instruction': 'forward', 'predecessors': ['f0', 'f0']}",
            "{'id': 'w', 'stage': 0, 'instruction': 'weight_backward', 'predecessors': ['b0']}");
    IterationDag dag = dag(schedule, 3);
    assertThat(schedule.microbatches()).isEqualTo(1);
    assertThat(dag.operations())
        .containsExactly(
            new Operation(0, 0, Instruction.FORWARD, 3),
            new Operation(1, 2, Instruction.FORWARD, Step.EVERY_MICROBATCH),
            new Operation(2, 1, Instruction.BACKWARD, 3),
            new Operation(3, 0, new Instruction("weight_backward"), Step.EVERY_MICROBATCH));
    assertThat(dag.predecessors(1)).containsExactly(0);
    assertThat(dag.predecessors(3)).containsExactlyInAnyOrder(0, 2);
    assertThat(List.of(dag.lane(0), dag.lane(1), dag.lane(2), dag.lane(3)))
        .containsExactly(0, 2, 1, 0);
    assertThat(EarliestStarts.of(dag, new double[] {1, 2, 4, 8}).makespanSeconds())
        .isEqualTo(15 + 3 * 0.5);
  }

  @Test
  void stagesOfOneRankRunInTheOrderOfTheFile() throws IOException {
    IterationDag dag =
        dag(
            schedule(
                "{'id': 'a', 'stage': 0, 'rank': 0, 'instruction': 'forward'}",
                "{'id': 'b', 'stage': 1, 'rank': 0, 'instruction': 'forward'}",
                "{'id': 'c', 'stage': 0, 'rank': 0, 'instruction': 'backward'}"),
            2);
    assertThat(dag.lanes()).isEqualTo(1);
    assertThat(dag.laneOperations(0)).containsExactly(0, 1, 2);
    assertThat(dag.stageOperations(0)).containsExactly(0, 2);
    assertThat(EarliestStarts.of(dag, new double[] {1, 2, 4}).makespanSeconds()).isEqualTo(7);
  }

  @Test
  void lagOfAnArcReplacesTheTransferOfTheProfileAndHoldsOnOneRankToo() throws IOException {
    IterationDag dag =
        dag(
            schedule(
                "{'id': 'a', 'stage': 0, 'instruction': 'forward'}",
                "{'id': 'b', 'stage': 1, 'instruction': 'forward', 'predecessors': [{'id': 'a', 'lag_seconds': 3}, 'a2']}",
                "{'id': 'a2', 'stage': 0, 'instruction': 'backward', 'predecessors': [{'lag_seconds': 0.25, 'id': 'a'}]}",
                "{'id': 'c', 'stage': 1, 'instruction': 'backward', 'predecessors': [{'id': 'a2', 'lag_seconds': 0}]}"),
            2);
    // Operation a ends at 1 s, and operation a2 runs from 1.25 to 3.25 s. Operation b waits until 4
    // s (3 s after the end of a) and until 3.75 s (0.5 s after the end of a2). Therefore b runs
    // from 4 to 8 s.
    double[] durations = new double[4];
    for (Operation operation : dag.operations()) {
      boolean forward = operation.instruction().equals(Instruction.FORWARD);
      durations[operation.index()] = operation.stage() == 0 ? forward ? 1 : 2 : forward ? 4 : 8;
    }
    assertThat(EarliestStarts.of(dag, durations).makespanSeconds()).isEqualTo(16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'id':'a','stage':0,'instruction':'x','predecessors':['b']}; {'id':'b','stage':1,'instruction':'x','predecessors':['a']}"
            + " | has a cycle: 'a' before 'b' before 'a'",
        "{'id':'a','stage':0,'instruction':'x','predecessors':['a']}; {'id':'b','stage':1,'instruction':'x'} | has a cycle: 'a' before 'a'",
        "{'id':'a','stage':0,'instruction':'x','predecessors':['c']}; {'id':'b','stage':1,'instruction':'x'};"
            + " {'id':'c','stage':0,'instruction':'x','predecessors':['b']} | has a cycle: 'a' before 'c' before 'a'",
        "{'id':'a','stage':0,'instruction':'x','predecessors':['b']} | operation 'a' waits for 'b', but",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'a','stage':1,'instruction':'x'} | two operations 'a'",
        "{'id':'a','stage':3,'instruction':'x'} | operation 'a' is of stage 3, but the profile has stages 0 to 1",
        "{'id':'a','stage':0,'instruction':'x'} | has no operation of stage 1",
        "{'id':'a','stage':-1,'instruction':'x'} | operation 'a' has a negative stage, rank or microbatch",
        "{'id':'a','stage':0,'rank':1,'instruction':'x'}; {'id':'b','stage':0,'instruction':'x'}; {'id':'c','stage':1,'instruction':'x'}"
            + " | operation 'b' of stage 0 is on rank 0, but others of that stage are on rank 1",
        "{'id':'a','instruction':'x'} | operation 'a' needs a stage and an instruction",
        "{'id':'a','stage':0} | operation 'a' needs a stage and an instruction",
        "{'stage':0,'instruction':'x'} | operation 1 has no id",
        "null | operation 1 has no id",
        "{'id':'a','stage':'zero','instruction':'x'} | is not a DAG of operations",
        "{'id': | is not a DAG of operations",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'b','stage':1,'instruction':'x','predecesors':['a']}"
            + " | line 2, is not a DAG of operations: operation 2 has the unknown key \"predecesors\" (is \"predecessors\" meant?)",
        "{'id':'a','stage':0,'instruction':'x','Stage':1} | operation 1 has the unknown key \"Stage\" (is \"stage\" meant?)",
        "{'id':'a','stage':0,'instruction':'x','duration_seconds':1} | id, stage, rank, instruction, microbatch, predecessors",
        "{'id':'a','stage':0,'stage':1,'instruction':'x'} | the field 'stage' stands twice in one object",
        "{'id':'a','stage':0.9,'instruction':'x'} | operation 1 has the stage 0.9, not a whole number",
        "{'id':'a','stage':'0','instruction':'x'} | operation 1 has the stage '0', not a whole number",
        "{'id':'a','stage':0,'microbatch':99999999999,'instruction':'x'} | operation 1 has the microbatch 99999999999, not a whole",
        "{'id':'a','stage':0,'instruction':'x','predecessors':'b'} | \"predecessors\" of operation 1 is not a list of ids",
        "{'id':'a','stage':0,'instruction':7} | the instruction of operation 1 is not text",
        "{'id':'a','stage':0,'instruction':'x','microbatch':1}; {'id':'b','stage':0,'instruction':'x','microbatch':1}"
            + " | line 2: operations 'a' and 'b' are both the x of microbatch 1 on stage 0",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'b','stage':1,'instruction':'x','predecessors':['c']}"
            + " | dag.json, line 2: operation 'b' waits for 'c', but",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'b','stage':1,'instruction':'x','predecessors':[{'id':'a','lag_seconds':-1}]}"
            + " | line 2: operation 'b' waits for 'a' with a lag of -1.0 s, but",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'b','stage':1,'instruction':'x','predecessors':[{'id':'a','lag_seconds':1e999}]}"
            + " | line 2: operation 'b' waits for 'a' with a lag of Infinity s, but",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'b','stage':1,'instruction':'x','predecessors':[{'id':'a','lag_seconds':'1'}]}"
            + " | a predecessor of operation 2 has the lag 1, not a number",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'b','stage':1,'instruction':'x','predecessors':[{'id':'a','lag_seconds':NaN}]}"
            + " | is not a DAG of operations",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'b','stage':1,'instruction':'x','predecessors':[{'id':'a','lag':1}]}"
            + " | unknown key \"lag\"",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'b','stage':1,'instruction':'x','predecessors':[{'lag_seconds':1}]}"
            + " | a predecessor of operation 2 has no id",
        "{'id':'a','stage':0,'instruction':'x'}; {'id':'b','stage':1,'instruction':'x','predecessors':['a',{'id':'a','lag_seconds':1}]}"
            + " | line 2: operation 'b' waits for 'a' twice, with different lags",
        "{'id':'a','stage':0,'instruction':'x','predecessors':[null]} | operation 'a' waits for 'null', but",
      })
  void invalidScheduleIsRefused(String operations, String fact) {
    assertThatThrownBy(() -> dag(schedule(operations.split(";")), 2))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("dag.json")
        .hasMessageContaining(fact);
  }

  @Test
  void fileWithAnUnknownKeyIsRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("dag.json"), "{\"operation\": []}");
    assertThatThrownBy(() -> JsonSchedule.read(file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(
            "dag.json", "the unknown key \"operation\"", "is \"operations\" meant?");
  }

  @Test
  void fileWithoutOperationsIsRefused() {
    assertThatThrownBy(this::schedule)
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("dag.json", "no operations", "{\"operations\": [...]}");
    assertThatThrownBy(() -> schedule("").dag(1, 1, List.<Set<Instruction>>of(), new double[0]))
        .isInstanceOf(UserError.class);
  }
}
