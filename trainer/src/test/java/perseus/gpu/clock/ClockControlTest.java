package perseus.gpu.clock;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perseus.gpu.Gpu;
import perseus.io.UserError;

class ClockControlTest {
  private static final Map<String, String> EMPTY = Map.of();

  @Test
  void driverIsTheDefault() {
    assertThat(ClockControl.ofEnvironment(EMPTY)).isEqualTo(new ClockControl.Driver());
    assertThat(ClockControl.ofEnvironment(Map.of(ClockControl.VARIABLE, " ")))
        .isEqualTo(new ClockControl.Driver());
  }

  @Test
  void environmentVariableIsTheDefaultOfTheOption() {
    assertThat(ClockControl.ofEnvironment(Map.of(ClockControl.VARIABLE, "none ")))
        .isEqualTo(new ClockControl.None());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nvml", "none", "zeusd:/run/a b.sock"})
  void textIsParsedToTheSameValue(String text) {
    assertThat(ClockControl.parse(text, EMPTY).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zeusd", "zeusd:"})
  void zeusdWithoutPathUsesTheSocketOfTheEnvironment(String text) {
    assertThat(ClockControl.parse(text, EMPTY))
        .isEqualTo(new ClockControl.Zeusd(Path.of("/var/run/zeusd.sock")));
    assertThat(ClockControl.parse(text, Map.of("ZEUSD_SOCK_PATH", "/x/zeusd.sock")))
        .isEqualTo(new ClockControl.Zeusd(Path.of("/x/zeusd.sock")));
  }

  @ParameterizedTest
  @CsvSource({"nvm, nvml", "nnone, none", "NONE, none", "zeus:/a, zeusd:SOCKET", "nvml:0, nvml"})
  void misspeltValueGetsASuggestion(String text, String suggestion) {
    assertThatThrownBy(() -> ClockControl.parse(text, EMPTY))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("did you mean " + suggestion);
  }

  @Test
  void wrongEnvironmentVariableIsNamed() {
    assertThatThrownBy(() -> ClockControl.ofEnvironment(Map.of(ClockControl.VARIABLE, "non")))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(ClockControl.VARIABLE, "none");
  }

  @Test
  void clocksAreSetByObjectsThatOnlyASettingCreates() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("perseus");
    Set<String> setting =
        Set.of("lockClocks", "resetClocks", "setPowerLimit", "resetPowerLimit");
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(DriverSetters.class.getName() + "$DriverClocks")
        .and()
        .areNotAssignableTo(Gpu.class)
        .should()
        .accessTargetWhere(
            describe(
                "set a clock of a GPU",
                access ->
                    access.getTargetOwner().isAssignableTo(Gpu.class)
                        && setting.contains(access.getName())))
        .check(classes);
    noClasses()
        .that()
        .areNotAssignableTo(ClockControl.Setting.class)
        .should()
        .accessTargetWhere(
            describe(
                "create the objects that set clocks",
                access ->
                    access.getTarget() instanceof AccessTarget.ConstructorCallTarget target
                        && assignableTo(ClockSetters.class).test(target.getOwner())))
        .check(classes);
    assertThat(ClockControl.Setting.class.isAssignableFrom(ClockControl.None.class)).isFalse();
  }
}
