package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.common.CommandOutcome;

/**
 * Tests predictions of the energy of a real recording on H200 GPUs from another recording of the
 * same job.
 */
class PredictTest {
  private static final Path RECORDINGS = Path.of("../analysis/src/test/resources/h200-pp2");
  private static final Pattern ROW =
      Pattern.compile("(?m)^(\\d)\\s+1980 +\\S+ s .* ([+-]\\S+) % +(\\S+) % +(\\S+) %$");

  @TempDir Path home;

  /**
   * Writes the logs of the last 30 s of a recording into a new directory. One instruction is
   * renamed. Returns the directory.
   */
  private Path later(String name, String renamed) throws IOException {
    Path to = Files.createDirectories(home.resolve("other phase " + renamed));
    for (int rank = 0; rank < 2; rank++) {
      String log = "instructions-" + rank + ".csv";
      List<String> lines = Files.readAllLines(RECORDINGS.resolve(name).resolve(log));
      StringBuilder kept = new StringBuilder(lines.get(0)).append('\n');
      double start = start(lines.get(lines.size() - 1)) - 30;
      for (String line : lines.subList(1, lines.size())) {
        if (start(line) > start) {
          kept.append(line).append('\n');
        }
      }
      Files.writeString(
          to.resolve(log), kept.toString().replaceFirst("forward_microstep", renamed));
      String energy = "time-energy-" + rank + ".csv";
      Files.copy(RECORDINGS.resolve(name).resolve(energy), to.resolve(energy));
    }
    return to;
  }

  private static double start(String line) {
    return Double.parseDouble(line.split(",")[1]);
  }

  private CommandOutcome profile(Object... more) {
    Object[] arguments = {
      "profile",
      RECORDINGS.resolve("b"),
      "--num-microbatches",
      16,
      "--num-prof-steps",
      20,
      "--frequencies",
      1980,
      "--warmup-schedules",
      0,
      "--iterations",
      "3-20",
      "-o",
      home.resolve("profile.csv")
    };
    Object[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return CommandOutcome.of(new AnalyzeCommand(), all);
  }

  @Test
  void anotherRecordingIsPredictedWithinTwoStandardErrors() throws IOException {
    CommandOutcome outcome = profile("--predict", later("a", "forward_microstep"));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).contains("predicted from the powers of this recording");
    Matcher row = ROW.matcher(outcome.out());
    for (int rank = 0; rank < 2; rank++) {
      assertThat(row.find()).as(outcome.out()).isTrue();
      assertThat(row.group(1)).isEqualTo(String.valueOf(rank));
      double two = Double.parseDouble(row.group(3));
      assertThat(two).isBetween(1.0, 6.0);
      assertThat(Math.abs(Double.parseDouble(row.group(2)))).isLessThan(two);
      assertThat(Double.parseDouble(row.group(4))).isLessThan(5);
    }
    assertThat(row.find()).isFalse();
  }

  @Test
  void instructionThatWasNeverRecordedIsRefusedByName() throws IOException {
    CommandOutcome outcome = profile("--predict", later("a", "sampling"));
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains("contains sampling, which was not recorded at 1980 MHz");
    assertThat(home.resolve("profile.csv")).doesNotExist();
  }

  @Test
  void directoryWithoutTheLogsOfARankIsRefused() throws IOException {
    Path other = later("a", "forward_microstep");
    Files.delete(other.resolve("instructions-1.csv"));
    Files.delete(other.resolve("time-energy-1.csv"));
    CommandOutcome outcome = profile("--predict", other);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).contains(other + " has no logs of rank 1.");
    assertThat(profile("--predict", home.resolve("absent")).err()).contains("does not exist");
  }

  @Test
  void interpolationHasNoPowersToPredictFrom() {
    CommandOutcome outcome =
        profile("--predict", RECORDINGS.resolve("a"), "--attribution", "interpolation");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains("--predict works only with --attribution deconvolution");
  }
}
