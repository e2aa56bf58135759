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
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import perseus.cli.analyze.AnalyzeCommand;
import perseus.control.Scheduler;
import perseus.io.UserError;

/**
 * The arrows between packages. Modules are told apart by where their classes lie, so that no rule
 * has a list of packages that a new package could be missing from.
 */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("perseus");

  private static final DescribedPredicate<JavaClass> ANALYSIS =
      inModuleOf(UserError.class, "the analysis");

  private static final DescribedPredicate<JavaClass> TRAINER =
      inModuleOf(Scheduler.class, "the trainer");

  private static final DescribedPredicate<JavaClass> COMMANDS =
      inModuleOf(AnalyzeCommand.class, "the commands");

  private static DescribedPredicate<JavaClass> inModuleOf(Class<?> member, String description) {
    String root = root(CLASSES.get(member));
    return describe(description, type -> type.getSource().isPresent() && root(type).equals(root));
  }

  /** The folder or jar that a class was read from. */
  private static String root(JavaClass type) {
    String file = type.getSource().orElseThrow().getUri().toString();
    String name = type.getName().replace('.', '/') + ".class";
    assertThat(file).endsWith(name);
    return file.substring(0, file.length() - name.length());
  }

  @Test
  void everyClassBelongsToOneOfTheThreeModules() {
    classes().should(be(ANALYSIS.or(TRAINER).or(COMMANDS))).check(CLASSES);
  }

  @Test
  void analysisUsesNeitherTrainerNorCommands() {
    noClasses().that(ANALYSIS).should().dependOnClassesThat(TRAINER.or(COMMANDS)).check(CLASSES);
  }

  @Test
  void trainerUsesNoCommands() {
    noClasses().that(TRAINER).should().dependOnClassesThat(COMMANDS).check(CLASSES);
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
  void analyzingLoadsNothingOfTheTrainer() {
    noClasses()
        .that(resideInAnyPackage("perseus.cli.analyze..", "perseus.cli.common.."))
        .should()
        .dependOnClassesThat(TRAINER.or(resideInAPackage("ai.djl..")))
        .check(CLASSES);
  }

  @Test
  void everyPackageSaysWhatLivesInItAndWhatMayNot() throws IOException {
    Path root = Path.of(System.getProperty("perseus.root"));
    for (String module : List.of("analysis", "trainer", "cli")) {
      try (Stream<Path> tree = Files.walk(root.resolve(module).resolve("src/main/java"))) {
        for (Path directory : tree.filter(ArchitectureTest::holdsClasses).toList()) {
          Path description = directory.resolve("package-info.java");
          assertThat(description).exists();
          assertThat(Files.readString(description)).containsPattern("[.]\\s+[*]\\s+[*] <p>[A-Z]");
        }
      }
    }
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
