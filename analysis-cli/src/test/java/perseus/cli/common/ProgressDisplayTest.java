package perseus.cli.common;

import static org.assertj.core.api.Assertions.assertThat;

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
}
