package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
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

/**
 * Compares training with several processes through NCCL with training in one process: losses and
 * parameters must agree.
 */
@Tag("slow")
class NcclTrainingTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private static final Map<String, Trained> TRAINED = new HashMap<>();

  @TempDir static Path home;

  private static NDManager manager;
  private static Trained alone;

  private record Trained(List<Double> losses, Boolean overlaps, Map<String, NDArray> parameters) {}

  @BeforeAll
  static void trainAlone() throws Exception {
    StubNccl.library();
    manager = DjlRuntime.newManager(Device.cpu());
    alone = overlapped(new Degrees(1, 1, 1), "1f1b");
  }

  @AfterAll
  static void close() {
    if (manager != null) {
      manager.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, 1, 1f1b",
    "4, 1, 1, gpipe",
    "1, 2, 1, 1f1b",
    "1, 1, 2, 1f1b",
    "2, 2, 2, 1f1b",
    "2, 1, 1, interleaved:2"
  })
  void ranksLearnTheSameAsASingleOne(int pp, int dp, int tp, String schedule) throws Exception {
    Trained parallel = overlapped(new Degrees(pp, dp, tp), schedule);
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

  /**
   * Only the first and the last of the four stages share a parameter, and so form a group that sums
   * tensors. To find out whether gradients have overflowed on any rank, all four ranks need an
   * additional group.
   */
  @Test
  void lossesOfStagesInFloat16EqualFloat32LossesUpToRounding() throws Exception {
    Trained half = train(new Degrees(4, 1, 1), 4, "1f1b", job -> job.precision("fp16"));
    assertThat(half.losses).hasSameSizeAs(alone.losses);
    for (int i = 0; i < alone.losses.size(); i++) {
      assertThat(half.losses.get(i)).isCloseTo(alone.losses.get(i), within(1e-2));
    }
  }

  /**
   * The sum of two numbers does not depend on the time at which it is computed, so all bits must be
   * equal.
   */
  @ParameterizedTest
  @CsvSource({"1, 2, 1, 1f1b", "2, 2, 2, 1f1b", "2, 2, 1, interleaved:2"})
  void sumsDuringTheLastBackwardsHaveTheSameBits(int pp, int dp, int tp, String schedule)
      throws Exception {
    Degrees degrees = new Degrees(pp, dp, tp);
    Trained overlapped = overlapped(degrees, schedule);
    Trained plain = train(degrees, 4 / dp, schedule, StubJob::withoutOverlap);
    assertThat(overlapped.overlaps).isTrue();
    assertThat(plain.overlaps).isNull();
    assertThat(overlapped.losses).isEqualTo(plain.losses);
    assertThat(overlapped.parameters.keySet()).isEqualTo(plain.parameters.keySet());
    plain.parameters.forEach(
        (name, value) ->
            assertThat(overlapped.parameters.get(name).contentEquals(value)).as(name).isTrue());
  }

  /** Tensor-parallel ranks sum activations in bfloat16, whose mantissa has 7 bits. */
  @Test
  void tensorParallelRanksInBfloat16HaveTheSameLossesUpToRounding() throws Exception {
    Trained parallel = train(new Degrees(1, 1, 2), 4, "1f1b", job -> job.precision("bf16"));
    for (int i = 0; i < alone.losses.size(); i++) {
      double loss = alone.losses.get(i);
      assertThat(parallel.losses.get(i)).isCloseTo(loss, within(loss / 256));
    }
  }

  /**
   * Trains with default settings, in which sums overlap with backwards. All tests share the result.
   */
  private static Trained overlapped(Degrees degrees, String schedule) throws Exception {
    String key = degrees + schedule;
    if (!TRAINED.containsKey(key)) {
      TRAINED.put(key, train(degrees, 4 / degrees.dp(), schedule, job -> job));
    }
    return TRAINED.get(key);
  }

  private static Trained train(
      Degrees degrees, int microbatches, String schedule, UnaryOperator<StubJob> settings)
      throws Exception {
    Path directory = Files.createTempDirectory(home, "run");
    StubJob job =
        settings.apply(
            new StubJob(directory, degrees, microbatches, 3, TIMEOUT).schedule(schedule));
    job.run();
    int ranks = degrees.worldSize();
    assertThat(job.messages()).filteredOn(text -> text.contains("NCCL")).hasSize(ranks > 1 ? 1 : 0);
    if (ranks > 1) {
      assertThat(job.calls())
          .anyMatch(call -> call.startsWith("ncclCommInitRankConfig"))
          .noneMatch(call -> call.startsWith("ncclCommAbort"));
    }
    return new Trained(
        job.losses(),
        job.manifest().overlapGradReduce(),
        DumpedParameters.read(directory, "gpt3-nano", degrees, manager));
  }
}
