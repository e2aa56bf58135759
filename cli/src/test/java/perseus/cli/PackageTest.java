package perseus.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import perseus.io.Sha256;
import perseus.profile.ProfileTable;

/**
 * Runs commands from unpacked packages, as a user does who has only Java and bash. Maven builds
 * packages only with {@code -Pdist}. If there are no packages, the test itself creates the folders
 * of the analysis package.
 */
@Tag("slow")
@Timeout(300)
class PackageTest {
  private static final Path ROOT = Path.of(System.getProperty("perseus.root", "..")).normalize();
  private static final Path DIST = ROOT.resolve("cli/target/dist");
  private static final Path ANALYSIS = ROOT.resolve("analysis-cli/target");
  private static final long MAX_BYTES = 30_000_000;

  @TempDir Path home;

  private static List<Path> files(Path directory, String glob) throws IOException {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (var files = Files.newDirectoryStream(directory, glob)) {
        files.forEach(found::add);
      }
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }

  /** Returns the path of a package that is not older than the jars; empty if there is none. */
  private static Optional<Path> newest(String glob) throws IOException {
    List<Path> jars = files(ANALYSIS, "perseus-analysis-cli-*.jar");
    assumeTrue(!jars.isEmpty(), "there are no jars before the phase package");
    for (Path zip : files(DIST, glob)) {
      if (Files.getLastModifiedTime(zip).compareTo(Files.getLastModifiedTime(jars.get(0))) >= 0) {
        return Optional.of(zip);
      }
    }
    return Optional.empty();
  }

  private Path unpacked(Path zip) throws Exception {
    Path into = Files.createDirectory(home.resolve("unpacked here"));
    List<String> unzip = List.of("unzip", "-q", zip.toAbsolutePath().toString());
    assertThat(new ProcessBuilder(unzip).directory(into.toFile()).start().waitFor()).isZero();
    List<Path> inside = files(into, "*");
    assertThat(inside).hasSize(1);
    return inside.get(0);
  }

  private Path assembled() throws IOException {
    Path root = home.resolve("assembled here");
    Path lib = Files.createDirectories(root.resolve("lib/analysis"));
    List<Path> jars = new ArrayList<>(files(ANALYSIS.resolve("lib"), "*.jar"));
    files(ANALYSIS, "perseus-analysis-cli-*.jar").stream()
        .filter(jar -> !jar.toString().matches(".*-(tests|sources|javadoc)[.]jar"))
        .forEach(jars::add);
    for (Path jar : jars) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
    for (String folder : List.of("bin", "sample-profiles")) {
      try (Stream<Path> tree = Files.walk(ROOT.resolve(folder))) {
        for (Path path : tree.toList()) {
          Path copy = root.resolve(ROOT.relativize(path).toString());
          if (!Files.isDirectory(copy)) {
            Files.copy(path, copy, StandardCopyOption.COPY_ATTRIBUTES);
          }
        }
      }
    }
    return root;
  }

  /**
   * Runs a command whose environment contains only the variables PATH and HOME, and returns its
   * output.
   */
  private String run(String... command) throws Exception {
    Path work = Files.createDirectories(home.resolve("work"));
    ProcessBuilder builder = new ProcessBuilder(command).directory(work.toFile());
    builder.redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.put("PATH", System.getProperty("java.home") + "/bin:/usr/bin:/bin");
    environment.put("HOME", work.toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    assertThat(text).doesNotContain("Building");
    return text;
  }

  @Test
  void analysisRunsFromItsPackage() throws Exception {
    Optional<Path> zip = newest("perseus-analysis-*.zip");
    Path root = zip.isPresent() ? unpacked(zip.get()) : assembled();
    String analyze = root.resolve("bin/perseus-analyze").toString();
    Path recording = root.resolve("sample-profiles/gpt3-xl_a100-pcie");
    assertThat(run(analyze, "check", recording.toString())).contains("gpt3-xl");
    assertThat(run(analyze, recording.toString(), "-o", "plans")).contains("Written to plans");
    assertThat(run(analyze, "pick", "plans", "--slowdown", "1.05", "-o", "plan.py"))
        .contains("less energy than all-max");
    assertThat(home.resolve("work/plan.py")).isNotEmptyFile();
    assertThat(home.resolve("work/plans/frontier.png")).isNotEmptyFile();
    try (Stream<Path> tree = Files.walk(zip.orElse(root.resolve("lib/analysis")))) {
      long bytes =
          tree.map(Path::toFile)
              .filter(file -> file.isFile() && !file.getName().contains(".jsa"))
              .mapToLong(File::length)
              .sum();
      assertThat(bytes).isBetween(1_000_000L, MAX_BYTES);
    }
  }

  /**
   * The package of the analysis leaves out the optional library Tablesaw, which only one class
   * needs.
   */
  @Test
  void whatThePackageOfTheAnalysisLeavesOutIsNeverUsed() throws Exception {
    Optional<Path> zip = newest("perseus-analysis-*.zip");
    Path lib = (zip.isPresent() ? unpacked(zip.get()) : assembled()).resolve("lib/analysis");
    List<Path> own = files(lib, "perseus-*.jar");
    assertThat(own).hasSize(2);
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    String jars =
        files(lib, "*.jar").stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> arguments =
        new ArrayList<>(List.of("--missing-deps", "--multi-release", "17", "-cp", jars));
    own.forEach(jar -> arguments.add(jar.toString()));
    assertThat(jdeps.run(printer, printer, arguments.toArray(String[]::new))).isZero();
    String optional = ProfileTable.class.getName();
    assertThat(out.toString().lines().filter(line -> line.contains("->")))
        .filteredOn(line -> line.startsWith("   "))
        .isNotEmpty()
        .allMatch(line -> line.strip().startsWith(optional) && line.contains("tech.tablesaw"));
    noClasses()
        .that()
        .doNotBelongToAnyOf(ProfileTable.class)
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProfileTable.class)
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("perseus"));
  }

  @Test
  void demoRunsFromTheCompletePackage() throws Exception {
    Optional<Path> zip = newest("perseus-[0-9]*.zip");
    assumeTrue(zip.isPresent(), "the complete package is built by -Pdist only");
    Path root = unpacked(zip.get());
    assertThat(run(root.resolve("bin/perseus-demo").toString(), "demo")).contains("as-fast.py");
    assertThat(root.resolve("share/man/man1/perseus-profile.1")).isNotEmptyFile();
    assertThat(root.resolve("LICENSE")).isNotEmptyFile();
  }

  /** Returns the names of jars without their versions, except the jars of this project. */
  private static Set<String> libraries(Path lib) throws IOException {
    return files(lib, "*.jar").stream()
        .map(jar -> jar.getFileName().toString().replaceFirst("-\\d.*", ""))
        .filter(name -> !name.startsWith("perseus-"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Returns the names of the jars in the list of licences. If {@code analysis} is true, only jars
   * that the analysis needs are returned.
   */
  private static Set<String> licensed(boolean analysis) throws IOException {
    Pattern row = Pattern.compile("[|] `([^`]+)` [|] (yes)? ?[|] \\S.* [|] \\S.* [|]");
    return Files.readAllLines(ROOT.resolve("THIRD-PARTY.md")).stream()
        .map(row::matcher)
        .filter(found -> found.matches() && (!analysis || found.group(2) != null))
        .map(found -> found.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void eachBundledJarHasItsLicenceAndEachLicenceItsJar() throws Exception {
    Set<String> analysis = libraries(ANALYSIS.resolve("lib"));
    Set<String> all = libraries(ROOT.resolve("cli/target/lib"));
    assumeTrue(!analysis.isEmpty() && !all.isEmpty(), "there are no jars before the phase package");
    all.addAll(analysis);
    assertThat(licensed(true)).isEqualTo(analysis);
    assertThat(licensed(false)).isEqualTo(all);
    for (Path zip : files(DIST, "*.zip")) {
      try (ZipFile packed = new ZipFile(zip.toFile())) {
        assertThat(packed.stream().map(ZipEntry::getName))
            .as(zip.toString())
            .anyMatch(name -> name.endsWith("/THIRD-PARTY.md"))
            .anyMatch(name -> name.endsWith("/LICENSE"));
      }
    }
  }

  @Test
  void checksumsAreThoseOfThePackages() throws Exception {
    assumeTrue(newest("*.zip").isPresent(), "packages are built by -Pdist only");
    List<String> lines = Files.readAllLines(DIST.resolve("SHA256SUMS"));
    assertThat(lines).hasSize(2);
    for (Path zip : files(DIST, "*.zip")) {
      Sha256 hash = new Sha256();
      byte[] bytes = Files.readAllBytes(zip);
      hash.add(bytes, bytes.length);
      assertThat(lines).contains(hash.hex() + " *" + zip.getFileName());
    }
  }
}
