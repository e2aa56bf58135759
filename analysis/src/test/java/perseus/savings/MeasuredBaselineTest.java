package perseus.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.UserError;

/**
 * Tests that the baseline (every operation at the highest frequency) comes only from rows of the
 * same job as the measurements.
 */
class MeasuredBaselineTest {
  private static final String HEADER =
      "model_name,num_microbatches,power_limit_0,power_limit_1,time,energy\n";
  private static final Iteration SMALL = new Iteration(10, 1000);

  @TempDir Path home;
  private Path table;

  @BeforeEach
  void nameTable() {
    table = home.resolve("limits.csv");
  }

  /**
   * Writes the measurements of a job with 2 ranks and 4 microbatches. An iteration of the warm-ups
   * takes 10 s and 1000 J, and an iteration of the plan takes 900 J.
   */
  private ServerDump dump(String name) throws IOException {
    Path directory = Files.createDirectories(home.resolve(name));
    for (int i = 0; i < 3; i++) {
      int half = i < 2 ? 500 : 450;
      String rank =
          "{\"iter_time\": [10], \"iter_energy\": [%d], \"time_breakdown\": {\"forward\": [[1, 1, 1, 1]]}}"
              .formatted(half);
      Files.writeString(directory.resolve(i + ".prof.json"), "[" + rank + ", " + rank + "]");
    }
    return ServerDump.read(directory);
  }

  private MeasuredBaseline find(String rows, String model, ServerDump... dumps) throws IOException {
    Files.writeString(table, HEADER + rows);
    return MeasuredBaseline.find(table, List.of(dumps), model);
  }

  @Test
  void pathOrSettingsOrFlagChooseTheModelOfTheTable() throws IOException {
    String rows =
        "big-net,4,300,300,10.1,1009\nnet,4,250,250,12,800\nnet,4,300,300,10,1000\nlarge,4,300,300,10,999\n";
    assertThat(find(rows, null, dump("net-a40/perseus")).iteration()).isEqualTo(SMALL);
    assertThat(find(rows, null, dump("big-net-a40/perseus")).iteration().energyJoules())
        .isEqualTo(1009);
    ServerDump unnamed = dump("run/perseus");
    assertThatThrownBy(() -> find(rows, null, unnamed))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("big-net", "net", "large", "--model", "limits.csv");
    assertThat(find(rows, "large", unnamed).iteration().energyJoules()).isEqualTo(999);
    Files.writeString(
        unnamed.directory().resolve("perseus.json"),
        "{\"scheduler_args\": {\"solution_path\": \"plans/a40+net+custom\"}}");
    assertThat(find(rows, null, dump("run/perseus")).iteration()).isEqualTo(SMALL);
  }

  @Test
  void idOfTheJobNamesItsModelAndItsMicrobatches() throws IOException {
    String id = "2026-01-02-03-04-05+fw+net+uniform+dp1+pp2+tp1+mbs8+nmb4+PointSolution";
    ServerDump dump = dump(id);
    assertThat(dump.job().facts().values())
        .containsAllEntriesOf(
            Map.of("model_name", "net", "microbatch_size", "8", "num_microbatches", "4"));
    assertThatThrownBy(() -> find("other,4,300,300,10,1000\n", null, dump))
        .hasMessageContainingAll("model_name other, not model_name net");
  }

  @Test
  void manifestNamesTheModel() throws IOException {
    dump("run/perseus");
    Files.writeString(home.resolve("run/run.json"), "{\"schema_version\": 1, \"model\": \"net\"}");
    ServerDump dump = ServerDump.read(home.resolve("run/perseus"));
    assertThatThrownBy(() -> find("other,4,300,300,10,1000\n", null, dump))
        .hasMessageContainingAll("model_name other, not model_name net");
  }

  @Test
  void otherMicrobatchesRanksOrTimesAreRefused() throws IOException {
    ServerDump dump = dump("net/perseus");
    assertThatThrownBy(() -> find("net,8,300,300,10,1000\n", null, dump))
        .hasMessageContainingAll("num_microbatches 8, not num_microbatches 4");
    assertThatThrownBy(() -> find("net,4,300,,10,1000\n", null, dump))
        .hasMessageContainingAll("ranks 1, not ranks 2");
    assertThatThrownBy(() -> find("net,4,300,300,1,1000\n", null, dump))
        .hasMessageContainingAll("warm-ups", "different jobs", "--baseline");
    assertThatThrownBy(() -> find("net,4,300,250,10,1000\nnet,4,200,300,11,900\n", null, dump))
        .hasMessageContainingAll("no row", "highest power limit");
  }

  @Test
  void modelThatNothingNamesIsAssumedOnlyIfTheWarmUpsAgree() throws IOException {
    ServerDump dump = dump("run/perseus");
    assertThat(find("net,4,300,300,10,1004\n", null, dump).notes())
        .singleElement()
        .asString()
        .contains("net", "--model");
    String two = "net,4,300,300,10,1004\nlarge,4,300,300,10.2,1020\n";
    assertThat(find(two, null, dump).iteration().energyJoules()).isEqualTo(1004);
    assertThatThrownBy(() -> find("net,4,300,300,10,1025\n", null, dump))
        .hasMessageContainingAll("net", "--model");
    assertThat(find("net,4,300,300,10,1010\n", "net", dump).notes()).isEmpty();
    assertThat(find("net,4,300,300,10,1050\n", "net", dump).notes())
        .singleElement()
        .asString()
        .contains("warning");
  }

  @Test
  void policiesOfDifferentModelsAreNotCompared() throws IOException {
    Map<String, ServerDump> dumps =
        Map.of(
            "Perseus", dump("2026-01-02-03-04-05+fw+net+u+dp1+pp2+tp1+mbs8+nmb4+P"),
            "EnvPipe", dump("2026-01-02-03-04-05+fw+large+u+dp1+pp2+tp1+mbs8+nmb4+P"));
    assertThatThrownBy(() -> Workloads.measured("mixed", SMALL, 80, dumps))
        .hasMessageContainingAll("different jobs", "net", "large");
  }
}
