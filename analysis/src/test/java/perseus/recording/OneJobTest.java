package perseus.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.io.UserError;
import perseus.recording.run.RecordingOptions;

/**
 * Tests that several directories are accepted as recordings of one job, or are refused with the
 * name of the value that differs.
 */
class OneJobTest {
  private static final RecordingOptions NONE =
      new RecordingOptions(null, null, null, null, null, null, null, null, null, null);
  private static final RecordingOptions FLAGS =
      new RecordingOptions(3, 1, List.of(1410), null, null, null, null, null, null, null);
  private static final String MANIFEST =
      """
      {"schema_version": 1, "model": "net", "partition": [0, 4, 8], "pp_degree": 2, "dp_degree": 1,
       "tp_degree": 1, "microbatch_size": 2, "num_microbatches": 3, "train_schedule": "1f1b",
       "num_prof_steps": 1, "gpu": "A100", "power_source": "simulated",
       "ranks": [{"rank": 0, "pp_rank": 0, "dp_rank": 0, "tp_rank": 0},
                 {"rank": 1, "pp_rank": 1, "dp_rank": 0, "tp_rank": 0}],
       "schedules": [{"number": 0, "warmup": false, "frequency_mhz": 1410, "first_iteration": 1,
                      "last_iteration": 1}]}
      """;

  @TempDir Path home;

  private Path run(String name, String manifest, int ranks) throws IOException {
    Path run = Files.createDirectory(home.resolve(name));
    for (int rank = 0; rank < ranks; rank++) {
      Files.createFile(run.resolve("instructions-" + rank + ".csv"));
      Files.createFile(run.resolve("time-energy-" + rank + ".csv"));
    }
    if (manifest != null) {
      Files.writeString(run.resolve("run.json"), manifest);
    }
    return run;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"net\" | \"other\" | models differ (net and other)",
        "[0, 4, 8] | [0, 5, 8] | partitions differ ([0, 4, 8] and [0, 5, 8])",
        "\"microbatch_size\": 2 | \"microbatch_size\": 1 | microbatch sizes differ (2 and 1)",
        "\"num_microbatches\": 3 | \"num_microbatches\": 4 | numbers of microbatches differ (3 and 4)",
        "\"1f1b\" | \"gpipe\" | schedules differ (1f1b and gpipe)",
        "\"A100\" | \"H200\" | GPUs differ (A100 and H200)",
        "\"simulated\" | \"nvml\" | power sources differ (simulated and nvml)",
      })
  void refusesTheValueThatDiffers(String old, String changed, String fact) throws IOException {
    Path first = run("first", MANIFEST, 2);
    Path second = run("second", MANIFEST.replace(old, changed), 2);
    assertThatThrownBy(() -> Recording.open(List.of(first, second), NONE))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("different jobs", "first", "second", fact);
  }

  @Test
  void directoryWithoutManifestJoinsTheJobOfTheOther() throws IOException {
    Path bare = run("bare", null, 2);
    Path described = run("described", MANIFEST, 2);
    Recording recording = Recording.open(List.of(bare, described), FLAGS);
    assertThat(recording.manifest().simulated()).isTrue();
    Path more = run("more", null, 4);
    assertThatThrownBy(() -> Recording.open(List.of(described, more), FLAGS))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("different jobs", "more", "[0, 1, 2, 3]");
  }

  /** Writes the directory of one host, which ran one of the two ranks of a run. */
  private Path part(String name, int rank, String run) throws IOException {
    Path part =
        run(
            name,
            MANIFEST
                .replace("\"rank\": 1,", "\"rank\": 1, \"host\": \"gpu02\",")
                .replace(
                    "{\"schema_version\"", "{\"run\": \"%s\", \"schema_version\"".formatted(run)),
            2);
    Files.delete(part.resolve("instructions-" + (1 - rank) + ".csv"));
    Files.delete(part.resolve("time-energy-" + (1 - rank) + ".csv"));
    return part;
  }

  @Test
  void partsOfARunOnSeveralHostsCompleteEachOther() throws IOException {
    Path first = part("first", 0, "run-1");
    Path second = part("second", 1, "run-1");
    assertThat(Recording.open(List.of(first, second), NONE).ranks()).hasSize(2);
    assertThat(Recording.open(List.of(second, first), NONE).ranks()).hasSize(2);
  }

  @Test
  void aPartAloneOrWithThePartOfAnotherRunIsRefused() throws IOException {
    Path first = part("first", 0, "run-1");
    Path other = part("other", 1, "run-2");
    for (List<Path> directories : List.of(List.of(first), List.of(first, other))) {
      assertThatThrownBy(() -> Recording.open(directories, NONE))
          .isInstanceOf(UserError.class)
          .hasMessageContainingAll("first", "ranks [1]", "gpu02");
    }
  }
}
