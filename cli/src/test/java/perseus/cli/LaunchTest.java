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

/** The script that starts all commands, with a stand-in for Java that prints what it was given. */
@Timeout(60)
class LaunchTest {
  private static final String JAVA =
      """
      #!/bin/sh
      for argument; do
        case $argument in -XX:ArchiveClassesAtExit=*) : >"${argument#*=}" ;; esac
      done
      printf '%s\\n' "locale $LC_ALL" "$@"
      """;

  @TempDir Path home;
  private final List<String> output = new ArrayList<>();

  /** Makes a checkout that looks built. */
  private Path checkout(String name) throws IOException {
    Path root = home.resolve(name);
    Path target = Files.createDirectories(root.resolve("cli/target"));
    Files.createDirectories(root.resolve("cli/src/main"));
    Files.createDirectories(target.resolve("lib"));
    Files.createFile(root.resolve("pom.xml"));
    Files.createFile(root.resolve("cli/pom.xml"));
    Files.createFile(target.resolve("perseus-cli-1.jar"));
    Files.createFile(target.resolve("lib/perseus-analysis-1.jar"));
    Files.createFile(target.resolve("built"));
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
    try (Stream<Path> files = Files.list(root.resolve("cli/target"))) {
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
}
