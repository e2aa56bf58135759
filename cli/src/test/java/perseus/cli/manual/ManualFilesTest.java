package perseus.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandRunner;
import perseus.cli.train.ProfileCommand;
import picocli.CommandLine;

class ManualFilesTest {
  @TempDir Path share;

  @BeforeEach
  void write() throws IOException {
    ManualFiles.write(share);
  }

  private List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(share.resolve("man/man1"))) {
      return files.sorted().toList();
    }
  }

  private String page(String name) throws IOException {
    return Files.readString(share.resolve("man/man1").resolve(name + ".1"));
  }

  @Test
  void everyCommandAndSubcommandHasAPageWithAllItsFlags() throws IOException {
    for (Object command : List.of(new AnalyzeCommand(), new ProfileCommand())) {
      CommandLine line = CommandRunner.parser(command);
      assertFlags(line, line.getCommandName());
      for (CommandLine subcommand : line.getSubcommands().values()) {
        if (!subcommand.getCommandName().equals("help")) {
          assertFlags(subcommand, line.getCommandName() + "-" + subcommand.getCommandName());
        }
      }
    }
  }

  private void assertFlags(CommandLine command, String name) throws IOException {
    String page = page(name);
    assertThat(page).contains(".SH NAME").contains(".SH SYNOPSIS").doesNotContain("${");
    for (String flag : command.getCommandSpec().optionsMap().keySet()) {
      assertThat(page).contains("\\fB" + flag.replace("-", "\\-") + "\\fR");
    }
  }

  @Test
  void examplesAndEnvironmentAreSections() throws IOException {
    assertThat(page("perseus-profile"))
        .contains(".SH \"EXAMPLES\"\n.nf\n", ".SH \"ENVIRONMENT\"\n")
        .contains(".SS \"Parallelism\"");
  }

  @Test
  void everyCommandHasACompletionScript() {
    assertThat(share.resolve("bash-completion/completions"))
        .isDirectoryContaining("glob:**/perseus-analyze")
        .isDirectoryContaining("glob:**/perseus-profile")
        .isDirectoryContaining("glob:**/perseus-run")
        .isDirectoryContaining("glob:**/perseus-server");
  }

  @Test
  void troffAcceptsEveryPage() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/groff")), "groff is not installed");
    for (Path page : pages()) {
      Process groff =
          new ProcessBuilder("/usr/bin/groff", "-ww", "-z", "-man", "-Tascii", page.toString())
              .redirectErrorStream(true)
              .start();
      String complaints = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(groff.waitFor()).as(page + ": " + complaints).isZero();
      assertThat(complaints.lines().filter(line -> !line.contains("cannot adjust"))).isEmpty();
    }
  }
}
