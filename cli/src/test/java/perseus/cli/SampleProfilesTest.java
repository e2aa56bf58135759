package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the commands in the README of the sample profiles create exactly the files of the
 * samples.
 */
class SampleProfilesTest {
  private static final Path SAMPLES =
      Path.of(System.getProperty("perseus.root"), "sample-profiles");
  private static final Pattern COMMAND = Pattern.compile("`bin/perseus-profile ([^`]+)`");

  @TempDir Path home;

  static List<String> commands() throws IOException {
    List<String> commands =
        COMMAND
            .matcher(Files.readString(SAMPLES.resolve("README.md")))
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
    try (Stream<Path> samples = Files.list(SAMPLES)) {
      assertThat(commands).hasSize((int) samples.filter(Files::isDirectory).count());
    }
    return commands;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void printedCommandMakesTheSample(String command) throws IOException {
    String[] arguments = command.split(" ");
    int last = arguments.length - 1;
    Path sample = SAMPLES.resolveSibling(arguments[last]);
    arguments[last] = home.toString();
    Outcome outcome = Outcome.profile((Object[]) arguments);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    try (Stream<Path> files = Files.list(home)) {
      List<Path> made = files.toList();
      for (Path file : made) {
        assertThat(file).hasSameBinaryContentAs(sample.resolve(file.getFileName()));
      }
      try (Stream<Path> expected = Files.list(sample)) {
        assertThat(made).hasSize((int) expected.count());
      }
    }
  }
}
