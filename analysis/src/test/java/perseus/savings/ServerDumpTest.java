package perseus.savings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;

/**
 * Tests how the measurements of plan servers and tables of power limits are read. Files with wrong
 * contents must be refused.
 */
class ServerDumpTest {
  private static final String RANKS =
      """
      [{"rank": 0, "iter_time": [9, 9, 1, 3], "iter_energy": [9, 9, 10, 20], "time_breakdown": {}},
       {"rank": 1, "iter_time": [9, 9, 2, 1], "iter_energy": [9, 9, 30, 40]}]
      """;

  @TempDir Path directory;

  private ServerDump dump(String... files) throws IOException {
    for (int i = 0; i < files.length; i++) {
      Files.writeString(directory.resolve(i + ".prof.json"), files[i]);
    }
    return ServerDump.read(directory);
  }

  @Test
  void warmUpSchedulesAndIterationsDoNotCount() throws IOException {
    ServerDump dump = dump(RANKS, RANKS, RANKS);
    assertThat(dump.ranks()).isEqualTo(2);
    assertThat(dump.iterations()).containsExactly(new Iteration(2.5, 50));
  }

  @Test
  void lastOfOneOrTwoIterationsCounts() throws IOException {
    String two = "[{\"iter_time\": [1, 2], \"iter_energy\": [3, 4]}]";
    assertThat(dump(two, two, two).iterations()).containsExactly(new Iteration(2, 4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[] | has no entries",
        "{} | is not a dump of measured iterations",
        "[{\"iter_time\": | is not a dump of measured iterations",
        "null | is empty.",
        "[null] | entry 1 needs an iter_time and an iter_energy",
        "[{\"iter_time\": [1]}] | entry 1 needs an iter_time and an iter_energy",
        "[{\"iter_time\": [], \"iter_energy\": []}] | entry 1: iter_time has 0 values and iter_energy has 0",
        "[{\"iter_time\": [1, 2], \"iter_energy\": [1]}] | entry 1: iter_time has 2 values and iter_energy has 1",
        "[{\"iter_time\": [-1], \"iter_energy\": [1]}] | entry 1, iteration 1: iter_time is -1.0,",
        "[{\"iter_time\": [1], \"iter_energy\": [null]}] | iteration 1: iter_energy is null,",
        "[{\"iter_time\": [1], \"iter_energy\": [\"NaN\"]}] | iteration 1: iter_energy is NaN,",
      })
  void brokenDumpIsRefused(String text, String fact) {
    assertThatThrownBy(() -> dump(text, text, text))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("0.prof.json")
        .hasMessageContaining(fact);
  }

  @Test
  void dumpWithOnlyWarmUpsOrWithDifferentRanksIsRefused() {
    assertThatThrownBy(() -> dump(RANKS, RANKS))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(" is 2,", "first 2 are of warm-ups");
    assertThatThrownBy(() -> dump(RANKS, "[{\"iter_time\": [1], \"iter_energy\": [1]}]", RANKS))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("1.prof.json has 1 rank,", "have 2");
  }

  @Test
  void missingScheduleIsAnError() throws IOException {
    dump(RANKS, RANKS, RANKS, RANKS, RANKS, RANKS);
    Files.delete(directory.resolve("0.prof.json"));
    Files.delete(directory.resolve("1.prof.json"));
    assertThatThrownBy(() -> ServerDump.read(directory))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("no 0.prof.json", "contains 2.prof.json");
    dump(RANKS, RANKS);
    Files.delete(directory.resolve("4.prof.json"));
    assertThatThrownBy(() -> ServerDump.read(directory))
        .hasMessageContainingAll("no 4.prof.json", "contains 5.prof.json");
  }

  @Test
  void manifestInTheParentDirectoryTellsThatADumpIsSimulated() throws IOException {
    Path run = Files.createDirectory(directory.resolve("run"));
    for (int i = 0; i < 3; i++) {
      Files.createDirectories(run.resolve("perseus"));
      Files.writeString(run.resolve("perseus").resolve(i + ".prof.json"), RANKS);
    }
    assertThat(ServerDump.read(run.resolve("perseus")).simulated()).isFalse();
    Files.writeString(
        run.resolve("run.json"), "{\"schema_version\": 1, \"power_source\": \"simulated\"}");
    assertThat(ServerDump.read(run.resolve("perseus")).simulated()).isTrue();
  }

  @Test
  void baselineIsTheRowWithTheHighestLimits() throws IOException {
    Path csv = directory.resolve("zeus.csv");
    Files.writeString(
        csv, "model,power_limit_0,power_limit_1,time,energy\nm,200,300,9,9\nm,300,300,2,3\n");
    assertThat(PowerLimitSweep.read(csv).values()).containsExactly(new Iteration(2, 3));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time,energy | no column power_limit_0",
        "power_limit_0,energy;300,1 | no column time",
        "power_limit_0,time,energy;300,x,1 | line 2: column 'time' is 'x'",
        "power_limit_0,time,energy;300,2,5,3,1 | line 2: the row has 5 fields",
        "power_limit_0,time,energy | no rows",
      })
  void brokenTableIsRefusedWithLineAndColumn(String text, String fact) throws IOException {
    Path csv = directory.resolve("zeus.csv");
    Files.writeString(csv, text.replace(';', '\n'));
    assertThatThrownBy(() -> PowerLimitSweep.read(csv))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("zeus.csv")
        .hasMessageContaining(fact);
  }
}
