package perseus.gpu.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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
  void noneIsNoSetting() {
    assertThat(ClockControl.parse("none", EMPTY)).isNotInstanceOf(ClockControl.Setting.class);
  }
}
