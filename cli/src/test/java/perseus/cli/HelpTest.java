package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the help that users get: the output of --help on narrow terminals, and the messages about
 * misspelt words.
 */
class HelpTest {
  private static final String COLUMNS = "perseus.columns";
  private static final int NARROW = 60;

  private String columns;

  @BeforeEach
  void remember() {
    columns = System.getProperty(COLUMNS);
  }

  @AfterEach
  void restore() {
    if (columns == null) {
      System.clearProperty(COLUMNS);
    } else {
      System.setProperty(COLUMNS, columns);
    }
  }

  static List<String> commands() {
    List<String> commands = new ArrayList<>(List.of("profile", "profile models", "run.sh"));
    commands.addAll(List.of("server", "server completion", "analyze"));
    for (String name :
        List.of("check", "profile", "plan", "pick", "savings", "chart", "completion")) {
      commands.add("analyze " + name);
    }
    return commands;
  }

  /**
   * Runs the command in a line such as "analyze plan --help", which lacks the prefix "perseus-".
   */
  private static Outcome run(String line) {
    String[] words = line.split(" ");
    Object[] arguments = List.of(words).subList(1, words.length).toArray();
    return switch (words[0]) {
      case "profile" -> Outcome.profile(arguments);
      case "run.sh" -> Outcome.train(arguments);
      case "server" -> Outcome.server(Map.of(), arguments);
      default -> Outcome.analyze(arguments);
    };
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpFitsANarrowTerminal(String command) {
    System.setProperty(COLUMNS, "" + NARROW);
    Outcome help = run(command + " --help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out().lines())
        .hasSizeGreaterThan(5)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(NARROW));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpBreaksNoWords(String command) {
    System.setProperty(COLUMNS, "" + NARROW);
    String narrow = run(command + " --help").out().replaceAll("\\\\\n", "\n");
    System.setProperty(COLUMNS, "120");
    assertThat(run(command + " --help").out().split("\\s+")).contains(narrow.split("\\s+"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpSaysOnceHowFlagsAreSpelledAndWhatExitCodesMean(String command) {
    System.setProperty(COLUMNS, "120");
    String help = run(command + " --help").out();
    for (String fact : List.of("hyphens or underscores", "Exit codes: ")) {
      assertThat(Pattern.compile(fact).matcher(help).results()).as(fact).hasSize(1);
    }
  }

  @Test
  void longExamplesContinueAfterABackslash() {
    System.setProperty(COLUMNS, "" + NARROW);
    assertThat(Outcome.profile("--help").out().lines())
        .containsSequence(
            "  perseus-profile gpt3-xl 8 128 --engine virtual \\", "      --output_dir runs/xl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "profile --ouput_dir x gpt3-xl 8 128 -> --output_dir",
        "profile --engin virtual gpt3-xl 8 128 -> --engine",
        "profile gpt3-xl --engin virtual 8 128 -> --engine",
        "profile gpt3-xl 8 128 --num-prof-stps 3 -> --num_prof_steps",
        "profile modles -> models",
        "run.sh --max_stps 3 gpt3-nano 4 8 -> --max_steps",
        "server --prot 80 -> --port",
        "analyze --nmu-microbatches 4 runs -> --num-microbatches",
        "analyze pikc runs -> pick",
        "analyze --verbose pikc runs -> pick",
        "analyze plan --blocking_pwr 80 profile.csv -> --blocking-power",
        "analyze pick --slowdwn 1.05 runs -> --slowdown",
        "analyze chart --stge 1 frontier runs -o x.png -> --stage"
      })
  void misspeltWordIsNamedWhereverItStands(String lineAndMeant) {
    String[] parts = lineAndMeant.split(" -> ");
    Outcome outcome = run(parts[0]);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).hasLineCount(1).contains("did you mean " + parts[1] + "?");
  }

  @Test
  void directoryMayHaveTheNameOfASubcommand() {
    Outcome outcome = Outcome.analyze("no/such/recording", "-o", "plan");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("no/such/recording does not exist");
  }

  @Test
  void modelsAreListedByASubcommandAndByAFlag() {
    Outcome models = Outcome.profile("models");
    assertThat(models.exitCode()).isZero();
    assertThat(models.out())
        .contains("gpt3-xl")
        .isEqualTo(Outcome.profile("--list-models").out())
        .isEqualTo(Outcome.train("models").out());
  }
}
