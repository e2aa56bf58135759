package perseus.cli.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import me.tongfei.progressbar.ProgressBarStyle;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  @Test
  void noColorTurnsColorsOffUnlessItIsEmpty() {
    assertThat(ProgressDisplay.style(null)).isEqualTo(ProgressBarStyle.COLORFUL_UNICODE_BLOCK);
    assertThat(ProgressDisplay.style("")).isEqualTo(ProgressBarStyle.COLORFUL_UNICODE_BLOCK);
    assertThat(ProgressDisplay.style("1")).isEqualTo(ProgressBarStyle.UNICODE_BLOCK);
  }

  @Test
  void dumbTerminalCannotMoveItsCursor() {
    assertThat(ProgressDisplay.movesCursor("dumb")).isFalse();
    assertThat(ProgressDisplay.movesCursor("xterm-256color")).isTrue();
    assertThat(ProgressDisplay.movesCursor(null)).isTrue();
  }

  @Test
  void linesComeEachMinuteEvenIfTheEndIsFarOrUnknown() {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    AtomicLong nanos = new AtomicLong();
    try (ProgressDisplay display =
        new ProgressDisplay(new PrintStream(printed, true, StandardCharsets.UTF_8), nanos::get)) {
      for (int second = 1; second <= 150; second++) {
        nanos.addAndGet(1_000_000_000L);
        display.step("iterations", second, 2_000_000_000L);
      }
      display.step("schedules", 1, 0);
      nanos.addAndGet(61_000_000_000L);
      display.step("schedules", 2, 0);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .containsExactly(
            "iterations: 60 of 2000000000", "iterations: 120 of 2000000000", "schedules: 2");
  }
}
