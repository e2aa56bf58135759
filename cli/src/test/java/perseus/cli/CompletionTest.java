package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that shells complete flags, subcommands, values and files with the scripts that the
 * commands print.
 */
@Timeout(60)
class CompletionTest {
  /**
   * Script that calls the function which the completion script has registered, as bash does when
   * the user presses the tabulator key.
   */
  private static final String COMPLETE =
      """
      compopt() { :; }
      eval "$(cat "$1")"
      name=$2
      function=$(complete -p "$name" | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
      shift 2
      COMP_WORDS=("$name" "$@") COMP_CWORD=$# COMP_LINE="$name $*" COMP_POINT=${#COMP_LINE}
      COMPREPLY=()
      $function "$name" "${@: -1}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """;

  /**
   * Script that types lines and the tabulator key at the prompt of a zsh, and prints the completed
   * lines.
   */
  private static final String PROMPT =
      """
      zmodload zsh/zpty
      script=$1 home=$2
      shift 2
      print -r 'show() { print -r -- $BUFFER >>'${(q)home}'/lines; BUFFER= }
      zle -N show
      bindkey "^X" show
      source '${(q)script}'
      cd '${(q)home}/here >$home/start
      : >$home/lines
      zpty shell zsh -f -i
      zpty -w shell "source ${(q)home}/start"
      for line; do
        zpty -n -w shell "$line"$'\\t\\x18'
        expected=$((expected + 1))
        until (( $(wc -l <$home/lines) >= expected )); do
          zpty -r -t shell >/dev/null || sleep 0.02
        done
      done
      cat $home/lines
      """;

  @TempDir Path home;

  private List<String> completed(String script, String name, String... words) throws Exception {
    Path file = Files.writeString(home.resolve(name + ".script"), script);
    List<String> command =
        Stream.concat(
                Stream.of("bash", "-c", COMPLETE, "bash", file.toString(), name), Stream.of(words))
            .toList();
    Process bash =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).start();
    String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(output).isZero();
    return output.lines().map(String::strip).toList();
  }

  @Test
  void bashCompletesTheAnalysis() throws Exception {
    String script = Outcome.analyze("completion", "bash").out();
    assertThat(completed(script, "perseus-analyze", "pi")).containsExactly("pick");
    assertThat(completed(script, "perseus-analyze", "plan", "--block"))
        .containsExactly("--blocking-power");
    assertThat(completed(script, "perseus-analyze", "chart", "time")).contains("timeline");
    Files.createFile(home.resolve("profile.csv"));
    assertThat(completed(script, "perseus-analyze", "plan", "prof")).contains("profile.csv");
  }

  @Test
  void bashCompletesTrainingAndServer() throws Exception {
    String script = Outcome.profile("completion", "bash").out();
    assertThat(completed(script, "perseus-profile", "gpt3-x")).containsExactly("gpt3-xl");
    assertThat(completed(script, "perseus-profile", "gpt3-xl", "8", "1", "--output_d"))
        .containsExactly("--output_dir");
    String server = Outcome.server(Map.of(), "completion", "bash").out();
    assertThat(completed(server, "perseus-server", "--scheduler", "Stra"))
        .containsExactly("Straggler");
  }

  @Test
  void flagsWithEqualLabelsHaveTheirOwnValues() throws Exception {
    String script = Outcome.profile("completion", "bash").out();
    assertThat(completed(script, "perseus-profile", "--train_schedule", "zb"))
        .containsExactly("zb-h1");
    assertThat(completed(script, "perseus-profile", "--transport", "n")).containsExactly("nccl");
    assertThat(completed(script, "perseus-profile", "--precision", "b")).containsExactly("bf16");
    assertThat(completed(script, "perseus-profile", "--export_timing_csv", "f"))
        .containsExactly("false");
  }

  @Test
  void bashCompletesWordsThatItSplits() throws Exception {
    String script = Outcome.profile("completion", "bash").out();
    assertThat(completed(script, "perseus-profile", "--engine", "=", "v"))
        .containsExactly("virtual");
    assertThat(completed(script, "perseus-profile", "--engine", "="))
        .containsExactlyInAnyOrder("djl", "virtual");
    assertThat(completed(script, "perseus-profile", "--gpu", "sim", ":", "a4"))
        .containsExactly("a40");
    assertThat(completed(script, "perseus-profile", "--gpu", "=", "sim", ":", "h2"))
        .containsExactly("h200");
  }

  @Test
  void commandsInNamesOfFilesAreNotExecuted() throws Exception {
    Path hostile = Files.createFile(home.resolve("q$(touch executed)"));
    String script = Outcome.analyze("completion", "bash").out();
    assertThat(completed(script, "perseus-analyze", "plan", "q"))
        .containsExactly(hostile.getFileName().toString());
    assertThat(home.resolve("executed")).doesNotExist();
  }

  @Test
  void zshCompletesAtItsPrompt() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "zsh"))),
        "zsh is not installed");
    Path folder = Files.createDirectories(home.resolve("here/runs"));
    Files.createFile(folder.resolveSibling("p$(touch executed)"));
    assertThat(
            completedByZsh(
                Outcome.analyze("completion", "zsh").out(),
                "perseus-analyze pi",
                "perseus-analyze plan --schedule=zb",
                "perseus-analyze plan --planner en",
                "perseus-analyze -o ru",
                "perseus-analyze --output=ru",
                "perseus-analyze plan p"))
        .containsExactly(
            "perseus-analyze pick ",
            "perseus-analyze plan --schedule=zb-h1 ",
            "perseus-analyze plan --planner envpipe ",
            "perseus-analyze -o runs/",
            "perseus-analyze --output=runs/",
            "perseus-analyze plan p\\$\\(touch\\ executed\\) ");
    assertThat(home.resolve("here/executed")).doesNotExist();
  }

  private List<String> completedByZsh(String script, String... lines) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(
                    "zsh",
                    "-f",
                    "-c",
                    PROMPT,
                    "zsh",
                    Files.writeString(home.resolve("zsh.script"), script).toString(),
                    home.toString()),
                Stream.of(lines))
            .toList();
    Path output = home.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    Process zsh = builder.redirectOutput(output.toFile()).start();
    zsh.getOutputStream().close();
    if (!zsh.waitFor(50, TimeUnit.SECONDS)) {
      zsh.destroyForcibly();
    }
    assertThat(zsh.waitFor()).as(Files.readString(output)).isZero();
    return Files.readAllLines(output);
  }

  @Test
  void unknownShellIsWrongUsage() {
    Outcome outcome = Outcome.analyze("completion", "fish");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("fish", "bash", "zsh");
  }
}
