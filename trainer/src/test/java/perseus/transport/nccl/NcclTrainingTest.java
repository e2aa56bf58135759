package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.parallel.Degrees;
import perseus.rank.DumpedParameters;
import perseus.tensor.runtime.DjlRuntime;

/** Trains with several processes through NCCL, and with one: losses and parameters must agree. */
@Tag("slow")
class NcclTrainingTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  @TempDir static Path home;

  private static NDManager manager;
  private static Trained alone;

  private record Trained(List<Double> losses, Map<String, NDArray> parameters) {}

  @BeforeAll
  static void trainAlone() throws Exception {
    StubNccl.library();
    manager = DjlRuntime.newManager(Device.cpu());
    alone = train(new Degrees(1, 1, 1), 4, "1f1b");
  }

  @AfterAll
  static void close() {
    if (manager != null) {
      manager.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "4, 1, 1, gpipe",
    "1, 2, 1, 1f1b",
    "1, 1, 2, 1f1b",
    "2, 2, 2, 1f1b",
    "2, 1, 1, interleaved:2"
  })
  void ranksLearnTheSameAsASingleOne(int pp, int dp, int tp, String schedule) throws Exception {
    Trained parallel = train(new Degrees(pp, dp, tp), 4 / dp, schedule);
    for (int i = 0; i < alone.losses.size(); i++) {
      assertThat(parallel.losses.get(i)).isCloseTo(alone.losses.get(i), within(1e-3));
    }
    assertThat(parallel.parameters.keySet()).isEqualTo(alone.parameters.keySet());
    alone.parameters.forEach(
        (name, value) ->
            assertThat(parallel.parameters.get(name).allClose(value, 1e-3, 1e-4, false))
                .as(name)
                .isTrue());
  }

  /** Half of the stages hold no shared parameter, so the ranks need another group for overflows. */
  @Test
  void stagesInFloat16HaveTheLossesOfFloat32UpToRounding() throws Exception {
    Path directory = Files.createTempDirectory(home, "run");
    StubJob job = new StubJob(directory, new Degrees(4, 1, 1), 4, 3, TIMEOUT).float16();
    job.run();
    assertThat(job.losses()).hasSameSizeAs(alone.losses);
    for (int i = 0; i < alone.losses.size(); i++) {
      assertThat(job.losses().get(i)).isCloseTo(alone.losses.get(i), within(1e-2));
    }
    assertThat(job.messages()).anyMatch(text -> text.contains("NCCL"));
  }

  private static Trained train(Degrees degrees, int microbatches, String schedule)
      throws Exception {
    Path directory = Files.createTempDirectory(home, "run");
    StubJob job = new StubJob(directory, degrees, microbatches, 3, TIMEOUT).schedule(schedule);
    job.run();
    int ranks = degrees.worldSize();
    assertThat(job.messages()).filteredOn(text -> text.contains("NCCL")).hasSize(ranks > 1 ? 1 : 0);
    if (ranks > 1) {
      assertThat(job.calls())
          .anyMatch(call -> call.startsWith("ncclCommInitRankConfig"))
          .noneMatch(call -> call.startsWith("ncclCommAbort"));
    }
    return new Trained(
        job.losses(), DumpedParameters.read(directory, "gpt3-nano", degrees, manager));
  }
}
