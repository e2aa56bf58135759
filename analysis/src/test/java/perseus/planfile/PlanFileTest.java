package perseus.planfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static perseus.pipeline.Instruction.BACKWARD;
import static perseus.pipeline.Instruction.FORWARD;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.io.UserError;
import perseus.pipeline.PipelineSchedule;
import perseus.pipeline.Schedules;
import perseus.planner.problem.PlanningProblem;

/** Tests that plan files are read as Python literals, and never executed. */
class PlanFileTest {
  @TempDir Path directory;

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("a plan.py"), text);
  }

  private FrequencyPlan read(String text) throws IOException {
    return PlanFile.read(file(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[1260, 1080], [1410, 1395]]",
        "[\n[1260, 1080],\n[1410, 1395],\n]\n# Iteration 3 cost change: 0.62\n",
        "\uFEFF# plan [1]\r\n([1260.0, +1080,], # first 'stage'\r\n (1.41e3, (1395)))\r\n",
        "\r[[1260,1080]\r,[1410,1395]] # {}\r# end",
      })
  void frequenciesAreReadFrom(String text) throws IOException {
    assertThat(read(text))
        .isEqualTo(new FrequencyPlan(List.of(List.of(1260, 1080), List.of(1410, 1395)), List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[[('forward', 1260), ('backward', 1080)]]",
        "[[(\"forward\", 1260,), ['backward', 1080], # it's the last\n ],]",
      })
  void namedFrequenciesAreReadFrom(String text) throws IOException {
    assertThat(read(text))
        .isEqualTo(
            new FrequencyPlan(List.of(List.of(1260, 1080)), List.of(List.of(FORWARD, BACKWARD))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "__import__('os').system('touch x')       | unexpected '_'",
        "[[__import__('os')]]                     | unexpected '_'",
        "[[1260+1]]                               | '1260+1' is not a number",
        "[[1260 + 1]]                             | unexpected '+'",
        "[[1260*2]]                               | unexpected '*'",
        "[[1260 for x in (1, 2)]]                 | unexpected 'f'",
        "{}                                       | unexpected '{'",
        "[[1260]] [[1260]]                        | unexpected '['",
        "[[1260], [1080]                          | ends before",
        "[[1260), [1080]]                         | unexpected ')'",
        "[,]                                      | unexpected ','",
        "[[1260,,1080]]                           | unexpected ','",
        "[[1260 1080]]                            | unexpected '1'",
        "[[('forward, 1260)]]                     | a string has no closing quote",
        "[[('for\\x77ard', 1260)]]                | unexpected '\\'",
        "[[0x4ec]]                                | unexpected 'x'",
        "[[None]]                                 | unexpected 'N'",
        "[[\uD83D\uDE00]]                         | unexpected '\uD83D\uDE00'",
        "[[-1260]]                                | there is -1260 where a frequency in MHz",
        "[[0]]                                    | there is 0 where",
        "[[1260.5]]                               | there is 1260.5 where",
        "[[1260000000]]                           | there is 1260000000 where",
        "[[1e999]]                                | there is 1e999 where",
        "[['1260']]                               | there is '1260' where",
        "[1260, 1080]                             | there is 1260 where a list per stage",
        "1260                                     | there is 1260 where a list of stages",
        "'freqs'                                  | there is 'freqs' where",
        "[]                                       | there is [] where",
        "[[1260], []]                             | there is [] where",
        "[[('forward', 1260), 1080]]              | there is 1080 where an entry like those before",
        "[[1260], [('forward', 1260)]]            | there is ('forward', 1260) where an entry like",
        "[[('forward', 1260)], [1260]]            | there is 1260 where an entry like those before",
        "[[('forward',)]]                         | there is ('forward',) where",
        "[[(1260, 'forward')]]                    | there is (1260, 'forward') where",
        "[[(' ', 1260)]]                          | where ('forward', 1410) should be",
        "[[('forward', 1260, 3)]]                 | where ('forward', 1410) should be",
        "[[[[1260]]]]                             | where ('forward', 1410) should be",
      })
  void anythingElseIsRefusedWithFileAndLine(String text, String problem) throws IOException {
    for (String end : List.of("\n", "\r\n")) {
      Path file = file("# a plan" + end + "  " + end + text);
      assertThatThrownBy(() -> PlanFile.read(file))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(file + ", line 3: ")
          .hasMessageContaining(problem)
          .hasMessageEndingWith(".");
    }
  }

  @Test
  void messageNamesTheLineOfTheWrongEntry() throws IOException {
    Path file = file("[\n[1260,\n 1080],\n[1260,\n -5],\n]\n");
    assertThatThrownBy(() -> PlanFile.read(file))
        .hasMessageStartingWith(file + ", line 5: there is -5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n\n", "# nothing but a comment"})
  void emptyFileIsRefused(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no value");
  }

  @Test
  void deepNestingIsRefusedWithoutOverflowingTheStack() {
    assertThatThrownBy(() -> read("[".repeat(1_000_000)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("nested");
  }

  @Test
  void longLineIsRead() throws IOException {
    assertThat(read("[[" + "1260,".repeat(200_000) + "]]").frequenciesMhz().get(0))
        .hasSize(200_000);
  }

  @Test
  void messageNamesMissingAndUnreadableFiles() throws IOException {
    Path missing = directory.resolve("no.py");
    assertThatThrownBy(() -> PlanFile.read(missing))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(missing + " does not exist");
    Path binary = Files.write(directory.resolve("b.py"), new byte[] {'[', (byte) 0xff});
    assertThatThrownBy(() -> PlanFile.read(binary))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(binary + " cannot be read", "UTF-8");
  }

  @Test
  void plansAreListedByNumber() throws IOException {
    for (String name : List.of("100000", "99999", "00000", "x", "99999999999999999999999")) {
      Files.createFile(directory.resolve("freqs_pipeline_" + name + ".py"));
    }
    assertThat(PlanFile.list(directory))
        .extracting(f -> f.getFileName().toString())
        .containsExactly(PlanFile.name(0), PlanFile.name(99_999), PlanFile.name(100_000));
    Path empty = Files.createDirectory(directory.resolve("empty"));
    for (Path none : List.of(empty, directory.resolve("no"), directory.resolve(PlanFile.name(0)))) {
      assertThatThrownBy(() -> PlanFile.list(none))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(none.toString());
    }
  }

  @Test
  void predictionIsReadFromComments() throws IOException {
    assertThat(PlanFile.prediction(file("[[1]]\n# Iteration 3 total cost with P2P: 56.5\n")))
        .isEmpty();
    assertThat(
            PlanFile.prediction(
                file(
                    "[[1]]\r\n# Iteration 3 total cost: 12\r\n# Iteration 3 total cost with P2P: 5e1\r\n# Iteration 3 time: 2.5\r\n")))
        .contains(new Prediction(2.5, 50));
    Path bad = file("# Iteration 3 total cost with P2P: much\n# Iteration 3 time: 2.5\n");
    assertThatThrownBy(() -> PlanFile.prediction(bad))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("'much'");
  }

  @ParameterizedTest
  @EnumSource
  void pythonReadsTheWrittenPlan(PlanFormat format) throws IOException, InterruptedException {
    FrequencyPlan plan =
        new FrequencyPlan(
            List.of(List.of(1260, 1080), List.of(1410, 210)),
            List.of(List.of(FORWARD, BACKWARD), List.of(FORWARD, BACKWARD)));
    Path file = file(format.text(plan) + "# Iteration 0 time: 1.5\n");
    String code = "import ast, sys; print(ast.literal_eval(open(sys.argv[1]).read()))";
    Process python;
    try {
      python = new ProcessBuilder("python3", "-c", code, file.toString()).start();
    } catch (IOException e) {
      Assumptions.abort("skipped: there is no python3 on the PATH");
      return;
    }
    assertThat(python.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim())
        .isEqualTo(
            format == PlanFormat.LOWTIME
                ? "[[1260, 1080], [1410, 210]]"
                : "[[('forward', 1260), ('backward', 1080)], [('forward', 1410), ('backward', 210)]]");
  }

  @Test
  void planForAnotherPipelineIsRefused() throws IOException {
    PipelineSchedule schedule = Schedules.ONE_FORWARD_ONE_BACKWARD;
    FrequencyPlan bare = read("[[1, 1, 1, 1], [1, 1, 1, 1]]");
    bare.requireFits("p", schedule, 2, 2);
    assertThatThrownBy(() -> bare.requireFits("p", schedule, 3, 2))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("plan p", "(2)", "(3)");
    assertThatThrownBy(() -> bare.requireFits("p", schedule, 2, 3))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("4 frequencies for stage 0");
    FrequencyPlan swapped =
        read("[[('forward', 1), ('backward', 1), ('forward', 1), ('backward', 1)]]");
    swapped.requireFits("p", schedule, 1, 2);
    assertThatThrownBy(() -> swapped.requireFits("p", Schedules.GPIPE, 1, 2))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(
            "plan p", "backward as entry 2 of stage 0", "gpipe runs a forward");
    assertThatThrownBy(() -> new FrequencyPlan(List.of(List.of(1)), List.of(List.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void frequencyThatWasNotProfiledIsRefused() throws IOException {
    PlanningProblem problem = SmallPipeline.problem(SmallPipeline.profile(false));
    String stage = "[" + "1410, ".repeat(2 * SmallPipeline.MICROBATCHES) + "],";
    FrequencyPlan fits = read("[" + stage.repeat(3) + "]");
    assertThat(fits.predict("p", problem).timeSeconds()).isPositive();
    FrequencyPlan other = read("[" + stage.repeat(2) + stage.replaceFirst("1410", "1403") + "]");
    assertThatThrownBy(() -> other.predict("p", problem))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll("plan p", "1403 MHz", "the forward of stage 2, microbatch 0");
  }
}
