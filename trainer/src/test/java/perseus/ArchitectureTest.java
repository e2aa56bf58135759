package perseus;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(
              "perseus.model",
              "perseus.gpu",
              "perseus.parallel",
              "perseus.tensor",
              "perseus.control",
              "perseus.engine");

  @Test
  void packagesImportOnlyThoseAboveThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("model")
        .definedBy("perseus.model")
        .layer("gpu")
        .definedBy("perseus.gpu")
        .layer("parallel")
        .definedBy("perseus.parallel..")
        .layer("tensor")
        .definedBy("perseus.tensor..")
        .layer("control")
        .definedBy("perseus.control..")
        .layer("engine")
        .definedBy("perseus.engine..")
        .whereLayer("engine")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("control")
        .mayOnlyBeAccessedByLayers("engine")
        .whereLayer("tensor")
        .mayOnlyBeAccessedByLayers("engine")
        .whereLayer("parallel")
        .mayOnlyBeAccessedByLayers("tensor", "control", "engine")
        .whereLayer("gpu")
        .mayOnlyBeAccessedByLayers("parallel", "tensor", "control", "engine")
        .check(CLASSES);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("perseus.(*)..").should().beFreeOfCycles().check(CLASSES);
  }
}
