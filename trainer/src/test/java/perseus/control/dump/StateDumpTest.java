package perseus.control.dump;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.control.PipeInstruction;
import perseus.control.RankInfo;
import perseus.control.RankResult;
import perseus.control.Round;
import perseus.control.protocol.Protocol;
import perseus.savings.ServerDump;

class StateDumpTest {
  private static final List<RankInfo> RANKS =
      List.of(
          new RankInfo(0, 0, 0, 0, List.of(PipeInstruction.FORWARD), List.of(1410)),
          new RankInfo(1, 0, 1, 0, List.of(PipeInstruction.FORWARD), List.of(1410)));

  @TempDir Path directory;

  /**
   * Writes a state dump with the results of rounds of two iterations each. An iteration of round N
   * takes N + 1 seconds and 3 (N + 1) joules.
   */
  private StateDump write(int rounds, int kept, boolean simulated) {
    StateDump dump =
        StateDump.create(
                directory,
                "job",
                StateDump.Settings.ofScheduler("Straggler", Map.of(), directory).onGpus(simulated),
                Protocol.RESEARCH,
                RANKS)
            .keeping(kept);
    for (int n = 0; n < rounds; n++) {
      Round round = Round.uniform(n, false, RANKS, 1410);
      dump.schedules(round);
      double[] seconds = {n + 1, n + 1};
      double[] half = {(n + 1) / 2.0, (n + 1) / 2.0};
      double[] twice = {2 * (n + 1), 2 * (n + 1)};
      dump.results(
          round,
          List.of(
              new RankResult(0, half, seconds, Map.of(), Map.of(), null),
              new RankResult(1, seconds, twice, Map.of(), Map.of(), null)));
    }
    return dump;
  }

  private static List<String> names(StateDump dump) throws IOException {
    try (Stream<Path> files = Files.list(dump.directory())) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void onlyTheNewestRoundsAreKeptAndAllAreCounted() throws IOException {
    StateDump dump = write(5, 2, false);
    assertThat(names(dump))
        .containsExactlyInAnyOrder(
            "perseus.json",
            "ranks.json",
            "totals.json",
            "3.sched.json",
            "3.prof.json",
            "4.sched.json",
            "4.prof.json");
    JsonNode totals = new ObjectMapper().readTree(dump.directory().resolve("totals.json").toFile());
    assertThat(totals.path("rounds").asInt()).isEqualTo(5);
    assertThat(totals.path("iterations").asInt()).isEqualTo(10);
    assertThat(totals.path("time_s").asDouble()).isEqualTo(2 * (1 + 2 + 3 + 4 + 5));
    assertThat(totals.path("energy_j").asDouble()).isEqualTo(2 * 3 * (1 + 2 + 3 + 4 + 5));
    // The method read() ignores rounds 0 and 1 of a job, which are a warm-up. The two kept rounds
    // have the numbers 3 and 4, so it must not ignore them.
    assertThat(ServerDump.read(dump.directory()).iterations()).hasSize(2);
  }

  @Test
  void totalsAreNotWrittenIfAllRoundsAreKept() throws IOException {
    StateDump dump = write(3, 1000, false);
    assertThat(names(dump)).hasSize(8).doesNotContain("totals.json");
    assertThat(ServerDump.read(dump.directory()).simulated()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyFileOfSimulatedGpusSaysSo(boolean simulated) throws IOException {
    StateDump dump = write(4, 3, simulated);
    for (String name : names(dump)) {
      JsonNode json = new ObjectMapper().readTree(dump.directory().resolve(name).toFile());
      for (JsonNode object : json.isArray() ? json : List.of(json)) {
        assertThat(object.path("simulated").asBoolean(false)).as(name).isEqualTo(simulated);
      }
    }
    assertThat(ServerDump.read(dump.directory()).simulated()).isEqualTo(simulated);
    JsonNode schedule =
        new ObjectMapper().readTree(dump.directory().resolve("3.sched.json").toFile()).path(1);
    assertThat(schedule.path("rank").asInt()).isEqualTo(1);
    assertThat(schedule.path("power_states").toString()).isEqualTo("[1410]");
    JsonNode rank =
        new ObjectMapper().readTree(dump.directory().resolve("ranks.json").toFile()).path(1);
    assertThat(rank.path("pp_rank").asInt()).isEqualTo(1);
    JsonNode result =
        new ObjectMapper().readTree(dump.directory().resolve("3.prof.json").toFile()).path(1);
    assertThat(result.path("iter_time").path(0).asDouble()).isEqualTo(4);
  }
}
