package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.common.CommandRunner;
import perseus.cli.train.ProfileCommand;

/** Runs commands on a pseudo-terminal. */
class TerminalTest {
  /** Character that a terminal sends when the user presses Ctrl-C. */
  private static final int CTRL_C = 3;

  @TempDir Path home;

  @Test
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void interruptedRunWithABarLeavesNoFiles() throws IOException, InterruptedException {
    Path recorded = home.resolve("recorded");
    Process process =
        onTerminal(
            ProfileCommand.class,
            List.of("gpt3-xl", "8", "512", "--engine", "virtual", "--output_dir", recorded + ""));
    StringBuilder shown = new StringBuilder();
    InputStream terminal = process.getInputStream();
    while (shown.indexOf("%") < 0) {
      int next = terminal.read();
      assertThat(next).as("ended early after: %s", shown).isNotNegative();
      shown.append((char) next);
    }
    assertThat(recorded).isDirectory();
    process.getOutputStream().write(CTRL_C);
    process.getOutputStream().flush();
    shown.append(new String(terminal.readAllBytes(), StandardCharsets.ISO_8859_1));
    assertThat(process.waitFor()).as("after %s", shown).isEqualTo(CommandRunner.INTERRUPTED);
    assertThat(shown.toString()).contains("Interrupted: no recording").contains(recorded + "");
    assertThat(recorded).doesNotExist();
  }

  /** Starts a command as a launcher does, on a pseudo-terminal of the program {@code script}. */
  private static Process onTerminal(Class<?> command, List<String> arguments) throws IOException {
    Path script = Path.of("/usr/bin/script");
    assumeTrue(Files.exists(script), script + ", which creates the terminal, is missing");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> start =
        List.of(
            java,
            "-Dperseus.terminal=true",
            "-cp",
            System.getProperty("java.class.path"),
            command.getName());
    String line =
        Stream.concat(start.stream(), arguments.stream())
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" ", "exec ", ""));
    ProcessBuilder builder =
        new ProcessBuilder(script.toString(), "-qefc", line, "/dev/null").redirectErrorStream(true);
    builder.environment().put("TERM", "xterm");
    return builder.start();
  }
}
