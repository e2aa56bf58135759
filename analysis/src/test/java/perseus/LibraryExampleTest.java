package perseus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds and runs examples/plan-a-profile, a separate Maven project, without a network. */
@Tag("slow")
class LibraryExampleTest {
  private static final int MISSING = 77;
  private static final int MAX_KILOBYTES = 8_000;

  @TempDir Path home;

  @Test
  void outsideProjectPlansAProfileWithFewSmallJars() throws IOException, InterruptedException {
    Path script =
        Path.of(System.getProperty("perseus.root")).resolve("examples/plan-a-profile/run");
    List<String> command = new ArrayList<>(List.of(script.toString()));
    String repository = System.getProperty("localRepository");
    if (repository != null) {
      command.add(repository);
    }
    Path out = home.resolve("out.txt");
    Path err = home.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    int exitCode = builder.start().waitFor();
    String messages = Files.readString(err);
    assumeTrue(exitCode != MISSING, messages);
    assertThat(exitCode).as(messages).isZero();
    String printed = Files.readString(out);
    Matcher sum = Pattern.compile("(\\d+) kB  in \\d+ jars").matcher(printed);
    assertThat(sum.find()).as(printed).isTrue();
    assertThat(Integer.parseInt(sum.group(1))).as(printed).isLessThan(MAX_KILOBYTES);
    assertThat(printed)
        .doesNotContain("tablesaw")
        .containsPattern("\\d+ plans")
        .containsPattern("fastest .* J \\(simulated\\)")
        .containsPattern("least energy .* J \\(simulated\\)");
  }
}
