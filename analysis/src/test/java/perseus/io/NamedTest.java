package perseus.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class NamedTest {
  private static final List<String> PLANNERS = List.of("perseus", "uniform", "per-stage");

  private static String find(String name) {
    return Named.find("planner", name, PLANNERS, Function.identity());
  }

  @Test
  void thingIsFoundByItsName() {
    assertThat(find("uniform")).isEqualTo("uniform");
    assertThat(Named.findIgnoringCase("planner", "UniForm", PLANNERS, Function.identity()))
        .isEqualTo("uniform");
  }

  @Test
  void caseCountsUnlessItIsIgnored() {
    assertThatThrownBy(() -> find("Uniform")).isInstanceOf(UserError.class);
  }

  @Test
  void unknownNameIsRefusedWithAllNames() {
    assertThatThrownBy(() -> find("best"))
        .isInstanceOf(UserError.class)
        .hasMessage("Unknown planner 'best'; there are perseus, uniform and per-stage.");
  }

  @Test
  void similarNameIsSuggested() {
    assertThatThrownBy(() -> find("perzeus")).hasMessageContaining("did you mean perseus?");
    assertThatThrownBy(() -> find("UNI")).hasMessageContaining("did you mean uniform?");
    assertThatThrownBy(() -> find("")).message().doesNotContain("did you mean");
    assertThatThrownBy(() -> find("x")).message().doesNotContain("did you mean");
  }

  @Test
  void namesAreListedInWords() {
    assertThat(Named.list(List.of())).isEmpty();
    assertThat(Named.list(List.of("a"))).isEqualTo("a");
    assertThat(Named.list(List.of("a", "b"))).isEqualTo("a and b");
    assertThat(Named.list(List.of("a", "b", "c"))).isEqualTo("a, b and c");
  }
}
