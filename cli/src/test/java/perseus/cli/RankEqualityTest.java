package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * Trains with several processes and with one process, and checks that the losses and the parameters
 * agree.
 */
@Tag("slow")
class RankEqualityTest {
  private static final String GPT = "gpt3-nano";
  private static final String T5 = "t5-nano";
  private static final Pattern LOSS = Pattern.compile("loss ([\\d.]+) to ([\\d.]+)");

  @TempDir static Path home;

  private static NDManager manager;
  private static Trained alone;

  /** Holds the losses of the first and the last step of a run, and the parameters at its end. */
  private record Trained(double firstLoss, double lastLoss, Map<String, NDArray> parameters) {}

  @BeforeAll
  static void trainAlone() throws Exception {
    manager = DjlRuntime.newManager(DjlRuntime.defaultDevice());
    alone = train(GPT, new Degrees(1, 1, 1), 4, "1f1b");
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({
    "2, 1, 1, early_recompute_1f1b",
    "2, 1, 1, early_recompute_merak",
    "4, 1, 1, 1f1b",
    "1, 2, 1, gpipe",
    "1, 1, 2, 1f1b",
    "2, 2, 2, 1f1b",
    "2, 1, 1, interleaved:2",
    "1, 1, 1, interleaved:3"
  })
  void ranksLearnTheSameAsASingleOne(int pp, int dp, int tp, String schedule) throws Exception {
    assertSameLearning(train(GPT, new Degrees(pp, dp, tp), 4 / dp, schedule), alone);
  }

  /**
   * In this pipeline, the first stage of the decoder also loads tokens, and three stages hold the
   * embedding.
   */
  @Test
  void encoderAndDecoderStagesLearnTheSameAsASingleOne() throws Exception {
    Trained whole = train(T5, new Degrees(1, 1, 1), 2, "1f1b");
    assertSameLearning(train(T5, new Degrees(4, 1, 1), 2, "1f1b"), whole);
  }

  /**
   * The ranks send bfloat16 tensors to each other. Fewer ranks on a host use more threads each, and
   * the rounding of bfloat16 products depends on the number of threads.
   */
  @Test
  void stagesInBfloat16LearnTheSameAsASingleOneUpToRounding() throws Exception {
    Trained whole = train(GPT, new Degrees(1, 1, 1), 4, "1f1b", "bf16");
    Trained stages = train(GPT, new Degrees(2, 1, 1), 4, "1f1b", "bf16");
    assertThat(stages.firstLoss).isCloseTo(whole.firstLoss, within(1e-3));
    assertThat(stages.lastLoss).isCloseTo(whole.lastLoss, within(1e-3));
    assertThat(whole.lastLoss).isCloseTo(alone.lastLoss, within(0.01));
    whole.parameters.forEach(
        (name, value) ->
            // The three training steps change an element by at most 3e-3.
            assertThat(stages.parameters.get(name).sub(value).abs().mean().getFloat())
                .as(name)
                .isLessThan(6e-4f));
  }

  private static void assertSameLearning(Trained parallel, Trained alone) {
    assertThat(parallel.firstLoss).isCloseTo(alone.firstLoss, within(1e-3));
    assertThat(parallel.lastLoss).isCloseTo(alone.lastLoss, within(1e-3));
    assertThat(parallel.lastLoss).isLessThan(parallel.firstLoss);
    assertThat(parallel.parameters.keySet()).isEqualTo(alone.parameters.keySet());
    alone.parameters.forEach(
        (name, value) ->
            assertThat(parallel.parameters.get(name).allClose(value, 1e-3, 1e-4, false))
                .as(name)
                .isTrue());
  }

  private static Trained train(String model, Degrees degrees, int microbatches, String schedule)
      throws Exception {
    return train(model, degrees, microbatches, schedule, "auto");
  }

  private static Trained train(
      String model, Degrees degrees, int microbatches, String schedule, String precision)
      throws Exception {
    Path directory = Files.createTempDirectory(home, "run");
    try (RankJob job =
        RankJob.start(
            directory,
            Map.of(),
            model,
            1,
            microbatches,
            "--pp",
            degrees.pp(),
            "--dp",
            degrees.dp(),
            "--tp",
            degrees.tp(),
            "--train_schedule",
            schedule,
            "--precision",
            precision,
            "--seq_length",
            16,
            "--max_steps",
            3,
            "--learning_rate",
            0.001,
            "--dump_parameters",
            directory,
            "--output_dir",
            directory.resolve("run"))) {
      Outcome outcome = job.end();
      assertThat(outcome.exitCode()).as(outcome.err()).isZero();
      Matcher loss = LOSS.matcher(outcome.out());
      assertThat(loss.find()).as(outcome.out()).isTrue();
      return new Trained(
          Double.parseDouble(loss.group(1)),
          Double.parseDouble(loss.group(2)),
          DumpedParameters.read(directory, model, degrees, manager));
    }
  }

  @Test
  void firstLossIsThatOfAUniformGuess() {
    assertThat(alone.firstLoss).isCloseTo(Math.log(512), within(0.3));
  }
}
