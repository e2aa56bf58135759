package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests which modules the launchers build, and from which modules they start commands. The
 * launchers run in a copy of the folder {@code bin} beside empty modules. Stand-ins for Maven and
 * Java print the arguments that they got.
 */
class LauncherTest {
  private static final Path BIN = Path.of(System.getProperty("perseus.root"), "bin");

  @TempDir Path home;
  private Path root;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void copyLaunchers() throws IOException {
    root = home.resolve("a project");
    Files.createDirectories(root.resolve("bin"));
    for (String name : List.of("launch.bash", "perseus-analyze", "perseus-server")) {
      Files.copy(BIN.resolve(name), root.resolve("bin").resolve(name));
    }
    Files.createFile(root.resolve("pom.xml"));
    for (String module : List.of("analysis", "analysis-cli", "trainer", "cli")) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.createFile(root.resolve(module).resolve("pom.xml"));
    }
    script(
        "mvnw",
        "echo \"$*\" >>maven.txt",
        "for module in analysis-cli cli; do",
        "  case \" $* \" in *' -pl analysis-cli '*) [ $module = cli ] && continue ;; esac",
        "  mkdir -p $module/target/lib",
        "  touch $module/target/perseus-$module-1.jar $module/target/perseus-$module-1-tests.jar",
        "  touch $module/target/lib/part.jar",
        "done");
    script("jdk/bin/java", "printf '%s\\n' \"$@\"");
    Files.writeString(root.resolve("jdk/release"), "JAVA_VERSION=\"17.0.1\"\n");
  }

  private void script(String name, String... lines) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** Starts a launcher, and returns the class path that it passed to Java. */
  private String classPathOf(String launcher) throws IOException, InterruptedException {
    Path out = home.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder(root.resolve("bin").resolve(launcher).toString(), "--help")
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().put("JAVA_HOME", root.resolve("jdk").toString());
    builder.environment().putAll(environment);
    int exitCode = builder.start().waitFor();
    List<String> printed = Files.readAllLines(out);
    assertThat(exitCode).as(printed::toString).isZero();
    return printed.get(printed.indexOf("-cp") + 1).replace(root.toString(), "");
  }

  private List<String> builds() throws IOException {
    Path log = root.resolve("maven.txt");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  private void edit(String file) throws IOException {
    Files.writeString(root.resolve(file), "edited");
    Files.setLastModifiedTime(root.resolve(file), FileTime.from(Instant.now().plusSeconds(2)));
  }

  private void stamp(String module) throws IOException {
    Files.setLastModifiedTime(
        root.resolve(module).resolve("target/built"), FileTime.from(Instant.now().plusSeconds(4)));
  }

  @Test
  void analyzingBuildsAndStartsFromTheAnalysisAndItsCommandLineAlone() throws Exception {
    assertThat(classPathOf("perseus-analyze"))
        .isEqualTo(
            "/analysis-cli/target/perseus-analysis-cli-1.jar:/analysis-cli/target/lib/part.jar");
    assertThat(classPathOf("perseus-analyze")).isNotEmpty();
    assertThat(builds()).singleElement().asString().contains("-pl analysis-cli -am");
  }

  @Test
  void aBuildOfAllModulesBuildsThatOfTheAnalysisToo() throws Exception {
    assertThat(classPathOf("perseus-server"))
        .isEqualTo("/cli/target/perseus-cli-1.jar:/cli/target/lib/part.jar");
    assertThat(classPathOf("perseus-analyze")).contains("perseus-analysis-cli-1.jar");
    assertThat(builds()).singleElement().asString().doesNotContain("-pl");
  }

  @Test
  void onlyAnEditOfANeededModuleBuildsAgain() throws Exception {
    classPathOf("perseus-server");
    edit("trainer/src/main/New.java");
    classPathOf("perseus-analyze");
    assertThat(builds()).hasSize(1);
    classPathOf("perseus-server");
    assertThat(builds()).hasSize(2);
    stamp("cli");
    classPathOf("perseus-server");
    assertThat(builds()).hasSize(2);
  }

  @Test
  void anEditOfTheAnalysisIsBuiltForBothCommandLines() throws Exception {
    classPathOf("perseus-server");
    edit("analysis/src/main/New.java");
    classPathOf("perseus-analyze");
    stamp("analysis-cli");
    classPathOf("perseus-analyze");
    assertThat(builds()).hasSize(2).last().asString().contains("-pl analysis-cli");
    classPathOf("perseus-server");
    assertThat(builds()).hasSize(3).last().asString().doesNotContain("-pl");
  }

  @Test
  void withoutBuildsACommandStartsWhatTheLastBuildLeft() throws Exception {
    classPathOf("perseus-analyze");
    edit("analysis/src/main/New.java");
    environment.put("PERSEUS_NO_BUILD", "1");
    assertThat(classPathOf("perseus-analyze")).contains("perseus-analysis-cli-1.jar");
    assertThat(builds()).hasSize(1);
  }
}
