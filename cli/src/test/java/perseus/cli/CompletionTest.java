package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shells complete flags, subcommands, values and files with the scripts that commands print. */
@Timeout(60)
class CompletionTest {
  /** Calls the function that the script registered, as bash does after the tabulator key. */
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
  void zshCompletesWithTheScriptOfBash() throws IOException, InterruptedException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "zsh"))),
        "zsh is not installed");
    Path script =
        Files.writeString(home.resolve("script"), Outcome.analyze("completion", "zsh").out());
    Process zsh =
        new ProcessBuilder(
                "zsh",
                "-f",
                "-c",
                "source $1 && print ${_comps[perseus-analyze]}",
                "zsh",
                script.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(zsh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(zsh.waitFor()).as(output).isZero();
    assertThat(output).contains("_bash_complete");
  }

  @Test
  void unknownShellIsWrongUsage() {
    Outcome outcome = Outcome.analyze("completion", "fish");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("fish", "bash, zsh");
  }
}
