package perseus;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.cli.train.ProfileCommand;
import perseus.control.Scheduler;
import perseus.gpu.Gpu;
import perseus.gpu.clock.ClockControl;
import perseus.gpu.clock.ClockSetters;
import perseus.io.UserError;

/**
 * Tests which packages may use which other packages. The test finds the module of a class by the
 * folder or jar from which the class was read. So the rules also hold for packages that are added
 * later.
 */
class ArchitectureTest {
  private static final Path ROOT = Path.of(System.getProperty("perseus.root"));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("perseus");

  private static final DescribedPredicate<JavaClass> ANALYSIS =
      inModuleOf(UserError.class, "the analysis");

  private static final DescribedPredicate<JavaClass> TRAINER =
      inModuleOf(Scheduler.class, "the trainer");

  private static final DescribedPredicate<JavaClass> ANALYSIS_COMMANDS =
      inModuleOf(AnalyzeCommand.class, "the commands of the analysis");

  private static final DescribedPredicate<JavaClass> COMMANDS =
      inModuleOf(ProfileCommand.class, "the other commands");

  private static DescribedPredicate<JavaClass> inModuleOf(Class<?> member, String description) {
    String root = root(CLASSES.get(member));
    return describe(description, type -> type.getSource().isPresent() && root(type).equals(root));
  }

  /** Returns the folder or jar from which a class was read. */
  private static String root(JavaClass type) {
    String file = type.getSource().orElseThrow().getUri().toString();
    String name = type.getName().replace('.', '/') + ".class";
    assertThat(file).endsWith(name);
    return file.substring(0, file.length() - name.length());
  }

  @Test
  void everyClassBelongsToOneOfTheFourModules() {
    classes().should(be(ANALYSIS.or(ANALYSIS_COMMANDS).or(TRAINER).or(COMMANDS))).check(CLASSES);
  }

  @Test
  void analysisUsesNeitherTrainerNorCommands() {
    noClasses()
        .that(ANALYSIS)
        .should()
        .dependOnClassesThat(TRAINER.or(ANALYSIS_COMMANDS).or(COMMANDS))
        .check(CLASSES);
  }

  @Test
  void trainerUsesNoCommands() {
    noClasses()
        .that(TRAINER)
        .should()
        .dependOnClassesThat(ANALYSIS_COMMANDS.or(COMMANDS))
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("perseus.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void plannersAreSeenThroughTheirInterfaceAlone() {
    DescribedPredicate<JavaClass> inside = resideInAPackage("perseus.planner..");
    DescribedPredicate<JavaClass> open =
        resideInAnyPackage("perseus.planner", "perseus.planner.problem");
    noClasses()
        .that(DescribedPredicate.not(inside))
        .should()
        .dependOnClassesThat(inside.and(DescribedPredicate.not(open)))
        .check(CLASSES);
  }

  @Test
  void commandsOfTheAnalysisUseNeitherTrainerNorPyTorchNorOtherCommands() {
    noClasses()
        .that(ANALYSIS_COMMANDS)
        .should()
        .dependOnClassesThat(TRAINER.or(COMMANDS).or(resideInAPackage("ai.djl..")))
        .check(CLASSES);
  }

  @Test
  void clocksOfRealGpusAreSetByObjectsThatNobodyGetsUnderClockControlNone() {
    DescribedPredicate<JavaAccess<?>> setting =
        describe(
            "set a real GPU",
            access ->
                access.getTargetOwner().isAssignableTo(Gpu.class)
                    && access.getName().matches("lockClocks|resetClocks|(re)?setPowerLimit"));
    noClasses()
        .that()
        .haveNameNotMatching("perseus[.]gpu[.]clock[.]DriverSetters[$]DriverClocks")
        .and()
        .areNotAssignableTo(Gpu.class)
        .should()
        .accessTargetWhere(setting)
        .check(CLASSES);
    DescribedPredicate<JavaAccess<?>> creating =
        describe(
            "create what sets real GPUs",
            access ->
                access.getTargetOwner().isAssignableTo(ClockSetters.class)
                    && access.getName().equals("<init>"));
    noClasses()
        .that()
        .areNotAssignableTo(ClockControl.Setting.class)
        .should()
        .accessTargetWhere(creating)
        .check(CLASSES);
  }

  @Test
  void everyPackageSaysWhatLivesInItAndWhatMayNot() throws IOException {
    for (Path directory : packageDirectories()) {
      Path description = directory.resolve("package-info.java");
      assertThat(description).exists();
      assertThat(Files.readString(description)).containsPattern("[.]\\s+[*]\\s+[*] <p>[A-Z]");
    }
  }

  @Test
  void documentListsEveryPackageWithItsFirstSentence() throws IOException {
    String document = Files.readString(ROOT.resolve("docs/architecture.md"));
    List<String> rows = new ArrayList<>();
    for (Path directory : packageDirectories()) {
      String text = Files.readString(directory.resolve("package-info.java"));
      String name = text.replaceFirst("(?s).*\\npackage ([a-z0-9.]+);\\s*", "$1");
      String sentence =
          text.replaceFirst("(?s)/[*][*](.*?)<p>.*", "$1")
              .replaceAll("\\n\\s*[*]", " ")
              .replaceAll("\\{@\\w+ ([^}]*)}", "`$1`")
              .strip()
              .replaceAll("\\s+", " ");
      rows.add("| `" + name + "` | " + sentence + " |");
    }
    assertThat(rows).allSatisfy(row -> assertThat(document).contains(row + "\n"));
    assertThat(document.lines().filter(line -> line.matches("[|] `perseus[^`]*` [|] .*")))
        .hasSameSizeAs(rows);
  }

  @Test
  void filesThatTheDocumentSaysToOpenExist() throws IOException {
    String document = Files.readString(ROOT.resolve("docs/architecture.md"));
    assertThat(Pattern.compile("`(perseus[.a-z0-9]*[.][A-Z]\\w*)`").matcher(document).results())
        .hasSizeGreaterThanOrEqualTo(12)
        .allSatisfy(name -> assertThat(CLASSES.contain(name.group(1))).as(name.group(1)).isTrue());
  }

  @Test
  void packagesAndFilesAreSmallOrTheDocumentSaysWhyNot() throws IOException {
    String document = Files.readString(ROOT.resolve("docs/architecture.md"));
    for (Path directory : packageDirectories()) {
      try (Stream<Path> listed = Files.list(directory)) {
        List<Path> files = listed.filter(file -> file.toString().endsWith(".java")).toList();
        assertThat(files).as(directory.toString()).hasSizeLessThanOrEqualTo(20);
        for (Path file : files) {
          if (Files.readAllLines(file).size() > 300) {
            String name = file.getFileName().toString();
            assertThat(document).as(file.toString()).contains("| `" + name + "` |");
          }
        }
      }
    }
  }

  private static List<Path> packageDirectories() throws IOException {
    List<Path> directories = new ArrayList<>();
    for (String module : List.of("analysis", "analysis-cli", "trainer", "cli", "notebook-kernel")) {
      try (Stream<Path> tree = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        tree.filter(ArchitectureTest::holdsClasses).forEach(directories::add);
      }
    }
    return directories;
  }

  private static boolean holdsClasses(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(".java"));
    } catch (NotDirectoryException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
