package perseus.transport.nccl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perseus.model.ModelZoo;
import perseus.model.layer.Layer;
import perseus.model.layer.Parameter;
import perseus.parallel.Degrees;
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
    return new Trained(job.losses(), parameters(directory, degrees));
  }

  /**
   * Reads all parameters. The parts of parameters that tensor parallelism splits are joined, and
   * copies of a parameter must be equal.
   */
  private static Map<String, NDArray> parameters(Path directory, Degrees degrees)
      throws IOException {
    Map<String, Integer> axes = new HashMap<>();
    for (Layer layer : ModelZoo.find("gpt3-nano").layers()) {
      layer.parameters().forEach(parameter -> axes.put(parameter.name(), parameter.splitAxis()));
    }
    Map<String, NDArray> all = new LinkedHashMap<>();
    for (int d = 0; d < degrees.dp(); d++) {
      for (int p = 0; p < degrees.pp(); p++) {
        Map<String, NDArray> joined = new LinkedHashMap<>();
        for (int t = 0; t < degrees.tp(); t++) {
          Path file = directory.resolve("parameters-" + degrees.rank(d, t, p) + ".npz");
          for (NDArray part : NDList.decode(manager, Files.readAllBytes(file))) {
            int axis = axes.get(part.getName());
            joined.merge(
                part.getName(),
                part,
                (before, next) ->
                    axis == Parameter.WHOLE
                        ? requireEqual(before, next)
                        : NDArrays.concat(new NDList(before, next), axis));
          }
        }
        joined.forEach((name, value) -> all.merge(name, value, NcclTrainingTest::requireEqual));
      }
    }
    return all;
  }

  private static NDArray requireEqual(NDArray one, NDArray other) {
    assertThat(one.contentEquals(other)).as("copies of a parameter are equal bit by bit").isTrue();
    return one;
  }
}
