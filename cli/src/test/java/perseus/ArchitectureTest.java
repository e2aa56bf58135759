package perseus;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  /** Packages of the analysis, each after those that it may import. */
  private static final List<String> ANALYSIS =
      List.of(
          "perseus.recording",
          "perseus.attribution",
          "perseus.pipeline",
          "perseus.profile",
          "perseus.planner",
          "perseus.plan",
          "perseus.savings",
          "perseus.chart");

  private static final String[] TRAINER = {
    "perseus.model..",
    "perseus.gpu..",
    "perseus.parallel..",
    "perseus.control..",
    "perseus.engine.."
  };

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("perseus");

  @Test
  void analysisImportsOnlyPackagesAboveAndNeverTheTrainer() {
    for (int i = 0; i < ANALYSIS.size(); i++) {
      String[] below = ANALYSIS.subList(i + 1, ANALYSIS.size()).toArray(String[]::new);
      noClasses()
          .that()
          .resideInAPackage(ANALYSIS.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(below)
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(TRAINER)
          .allowEmptyShould(true)
          .check(CLASSES);
    }
  }

  @Test
  void nothingDependsOnTheCommands() {
    noClasses()
        .that()
        .resideOutsideOfPackage("perseus.cli")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("perseus.cli")
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("perseus.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void analyzingLoadsNothingOfTheTrainer() {
    noClasses()
        .that()
        .haveNameMatching(
            "perseus\\.cli\\.(Analyze.*|Planning.*|Recording.*|Report|CommandRunner|VerboseFlag|ProgressDisplay)")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(TRAINER)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }
}
