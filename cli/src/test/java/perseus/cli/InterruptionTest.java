package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandRunner;
import perseus.cli.server.ServerCommand;

/** Tests that a command tells the user which results it has kept when Ctrl-C ends it. */
@Tag("slow")
@Timeout(120)
class InterruptionTest {
  @TempDir Path home;

  private Process start(Class<?> command, Object... arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.add("-Dperseus.terminal=true");
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), command.getName()));
    Stream.of(arguments).map(String::valueOf).forEach(line::add);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("TERM", "xterm");
    return builder.start();
  }

  /**
   * Sends SIGINT to a process as soon as it has printed the given text, and returns the rest of its
   * output.
   */
  private static String interrupted(Process process, String text)
      throws IOException, InterruptedException {
    InputStream shown = process.getInputStream();
    StringBuilder before = new StringBuilder();
    while (before.indexOf(text) < 0) {
      int next = shown.read();
      assertThat(next).as("ended early after: %s", before).isNotNegative();
      before.append((char) next);
    }
    new ProcessBuilder("kill", "-INT", "" + process.pid()).start().waitFor();
    String after = new String(shown.readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(after).isEqualTo(CommandRunner.INTERRUPTED);
    return after;
  }

  @Test
  void interruptedPlanningWritesNothingAndSaysSo() throws IOException, InterruptedException {
    List<String> rows = new ArrayList<>(List.of("stage,instruction,frequency,time,energy"));
    for (int stage = 0; stage < 8; stage++) {
      for (int mhz = 1410; mhz >= 600; mhz -= 15) {
        double time = 0.1 * (0.4 + 0.6 * 1410 / mhz) * (1 + 0.03 * stage);
        double energy = 12 + 20.0 * mhz * mhz / 1410 / 1410;
        rows.add("%d,forward,%d,%s,%s".formatted(stage, mhz, time, energy));
        rows.add("%d,backward,%d,%s,%s".formatted(stage, mhz, 2 * time, 2 * energy));
      }
    }
    Path profile = Files.write(home.resolve("profile.csv"), rows);
    Path out = home.resolve("plans");
    Process process =
        start(
            AnalyzeCommand.class,
            "plan",
            profile,
            "--num-microbatches",
            600,
            "--blocking-power",
            80,
            "-o",
            out);
    assertThat(interrupted(process, "%")).contains("Interrupted: nothing was written to " + out);
    assertThat(out).doesNotExist();
  }

  @Test
  void stoppedServerSaysWhereItsRoundsAre() throws IOException, InterruptedException {
    Path dumps = home.resolve("dump");
    Process process = start(ServerCommand.class, "--port", 0, "--dump-dir", dumps);
    assertThat(interrupted(process, "Schedules and results go to"))
        .contains(
            "Stopped. Jobs must register again", "Results of finished schedules are in " + dumps);
  }
}
