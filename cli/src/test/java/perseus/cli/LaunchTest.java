package perseus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the script that starts all commands. A stand-in for the program java prints the arguments
 * that it got.
 */
@Timeout(60)
class LaunchTest {
  private static final String JAVA =
      """
      #!/bin/sh
      for argument; do
        case $argument in -XX:ArchiveClassesAtExit=*) printf '%s\n' "$@" >"${argument#*=}" ;; esac
      done
      printf '%s\\n' "locale $LC_ALL" "$@"
      """;

  @TempDir Path home;
  private final List<String> output = new ArrayList<>();

  /** Creates a checkout in which all files of a finished build exist. */
  private Path checkout(String name) throws IOException {
    Path root = home.resolve(name);
    Path target = Files.createDirectories(root.resolve("analysis-cli/target"));
    Files.createFile(root.resolve("pom.xml"));
    for (String module : List.of("analysis", "analysis-cli")) {
      Files.createDirectories(root.resolve(module).resolve("src/main"));
      Files.createFile(root.resolve(module).resolve("pom.xml"));
    }
    Files.createDirectories(target.resolve("lib"));
    Files.createFile(target.resolve("perseus-analysis-cli-1.jar"));
    Files.createFile(target.resolve("lib/perseus-analysis-1.jar"));
    Files.createFile(target.resolve("built"));
    return withScripts(root);
  }

  /** Creates an unpacked package, which contains neither source files nor Maven. */
  private Path installation() throws IOException {
    Path root = home.resolve("installed here");
    Path lib = Files.createDirectories(root.resolve("lib/analysis"));
    Files.createFile(lib.resolve("perseus-analysis-1.jar"));
    Files.createFile(lib.resolve("perseus-analysis-cli-1.jar"));
    return withScripts(root);
  }

  private static Path withScripts(Path root) throws IOException {
    Files.createDirectory(root.resolve("bin"));
    for (String script : List.of("bin/launch.bash", "bin/perseus-analyze")) {
      Files.write(
          root.resolve(script),
          Files.readAllBytes(Path.of(System.getProperty("perseus.root")).resolve(script)));
    }
    return root;
  }

  private Path jdk(String version) throws IOException {
    Path jdk = home.resolve("jdk-" + version);
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(java, JAVA);
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        jdk.resolve("release"),
        "JAVA_VERSION=\"%s\"\nJAVA_RUNTIME_VERSION=\"%s\"\n".formatted(version, version));
    return jdk;
  }

  private Process start(Path root, Path jdk, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("bash", "bin/perseus-analyze"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(root.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.remove("LANG");
    environment.remove("LC_CTYPE");
    environment.put("LC_ALL", "C");
    environment.put("JAVA_HOME", jdk.toString());
    return builder.start();
  }

  private List<String> run(Path root, Path jdk, String... arguments) throws Exception {
    Process process = start(root, jdk, arguments);
    output.clear();
    output.addAll(
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList());
    assertThat(process.waitFor()).as(output.toString()).isZero();
    return output;
  }

  private static List<String> archives(Path root) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve("analysis-cli/target"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("archive") || name.endsWith(".jsa"))
          .toList();
    }
  }

  @Test
  void asciiLocaleIsReplacedByOneOfUnicode() throws Exception {
    assertThat(run(checkout("plain"), jdk("17"), "check", "né"))
        .contains("locale C.UTF-8")
        .endsWith("check", "né");
  }

  @Test
  void eightStartsAtOnceMakeOneArchive() throws Exception {
    Path root = checkout("plain");
    Path jdk = jdk("17");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      processes.add(start(root, jdk, "check"));
    }
    for (Process process : processes) {
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(text).isZero();
      assertThat(text).contains("check");
    }
    assertThat(archives(root)).hasSize(1);
  }

  @Test
  void archiveIsMadeByARunThatDrawsCharts() throws Exception {
    Path root = checkout("plain");
    run(root, jdk("17"), "check");
    Path archive =
        root.resolve("analysis-cli/target")
            .resolve(
                archives(root).stream()
                    .filter(name -> name.endsWith(".jsa"))
                    .findFirst()
                    .orElseThrow());
    assertThat(Files.readAllLines(archive)).contains("plan").doesNotContain("--no-charts");
  }

  @Test
  void eachJdkHasAnArchiveOfItsOwn() throws Exception {
    Path root = checkout("plain");
    run(root, jdk("17"), "check");
    run(root, jdk("21"), "check");
    assertThat(archives(root)).hasSize(2).anyMatch(name -> name.contains("21"));
  }

  @Test
  void pathWithAColonIsNoPartOfTheClassPath() throws Exception {
    Path root = checkout("with:colon");
    List<String> printed = run(root, jdk("17"), "check");
    String classPath = printed.get(printed.indexOf("-cp") + 1);
    assertThat(classPath.split(":")).hasSize(2).allMatch(jar -> jar.endsWith(".jar"));
  }

  @Test
  void installedPackageStartsWithoutABuild() throws Exception {
    List<String> printed = run(installation(), jdk("17"), "check");
    String classPath = printed.get(printed.indexOf("-cp") + 1);
    assertThat(classPath.split(":"))
        .hasSize(2)
        .allMatch(jar -> jar.contains("installed here/lib/analysis/perseus-analysis"));
    assertThat(printed).noneMatch(line -> line.contains("Building"));
  }

  @Test
  void installedPackageThatCannotBeWrittenStarts() throws Exception {
    Path root = installation();
    // A folder with the name of the lock file prevents even the user root from writing this file.
    Files.createDirectories(root.resolve("lib/perseus-analyze-java-17.jsa.lock"));
    assertThat(run(root, jdk("17"), "check")).endsWith("check");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oldBuildThatCannotBeReplacedIsExplained(boolean isBuilt) throws Exception {
    Path root = checkout("plain");
    Files.delete(root.resolve("analysis-cli/target/built"));
    // A folder with the name of the lock file prevents even the user root from writing this file.
    Files.createDirectories(root.resolve("analysis-cli/target/build.lock"));
    if (!isBuilt) {
      Files.delete(root.resolve("analysis-cli/target/lib/perseus-analysis-1.jar"));
      Files.delete(root.resolve("analysis-cli/target/lib"));
    }
    Process process = start(root, jdk("17"), "check");
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(text)
        .hasLineCount(1)
        .contains(root.toString(), "cannot write there", "./mvnw -DskipTests package")
        .contains(isBuilt ? "PERSEUS_NO_BUILD=1" : "is not built");
  }

  @ParameterizedTest
  @ValueSource(strings = {"11.0.2", "1.8.0_292", "16"})
  void tooOldJavaIsNamedInOneSentence(String version) throws Exception {
    for (Path root : List.of(checkout("built"), installation())) {
      Process process = start(root, jdk(version), "check");
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).isEqualTo(1);
      assertThat(text).hasLineCount(1).contains("17 or newer", version, "JAVA_HOME");
    }
  }

  @Test
  void javaThatDoesNotStartIsNamed() throws Exception {
    Path jdk = jdk("17");
    Files.delete(jdk.resolve("release"));
    Files.writeString(jdk.resolve("bin/java"), "#!/bin/sh\nexit 3\n");
    Process process = start(installation(), jdk, "check");
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(text).hasLineCount(1).contains(jdk.resolve("bin/java") + " does not start");
  }
}
