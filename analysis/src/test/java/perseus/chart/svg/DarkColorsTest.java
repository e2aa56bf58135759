package perseus.chart.svg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests that dark colours are readable on the dark background of the page, and always the same. */
class DarkColorsTest {
  private static final int WHITE = 0xFFFFFF;
  private static final int INK = 0x222222;

  /**
   * Returns the contrast of two colours as the Web Content Accessibility Guidelines define it, from
   * 1 to 21.
   */
  private static double contrast(int one, int other) {
    double light = Math.max(luminance(one), luminance(other));
    double dark = Math.min(luminance(one), luminance(other));
    return (light + 0.05) / (dark + 0.05);
  }

  private static double luminance(int color) {
    return 0.2126 * linear(color >> 16) + 0.7152 * linear(color >> 8) + 0.0722 * linear(color);
  }

  private static double linear(int level) {
    double value = (level & 0xFF) / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  @Test
  void whiteBecomesTheBackgroundOfTheReportAndBlackBecomesWhite() {
    assertThat(DarkColors.of(WHITE)).isEqualTo(0x151515);
    assertThat(DarkColors.of(0)).isEqualTo(WHITE);
  }

  @Test
  void textIsReadableOnItsBackgroundAndOnBoxes() {
    for (int text : List.of(INK, 0x5F5F5F)) {
      assertThat(contrast(DarkColors.of(text), DarkColors.of(WHITE)))
          .as("%06x", text)
          .isGreaterThan(4.5);
    }
    for (int box : List.of(0x56B4E9, 0xE69F00, 0xE4E4E4, 0xFFF3B0)) {
      assertThat(contrast(DarkColors.of(INK), DarkColors.of(box)))
          .as("%06x", box)
          .isGreaterThan(4.5);
    }
  }

  @Test
  void pointsAndLinesAreVisibleOnTheirBackground() {
    for (int point : List.of(0x0072B2, 0xD55E00, 0x009E73)) {
      assertThat(contrast(DarkColors.of(point), DarkColors.of(WHITE)))
          .as("%06x", point)
          .isGreaterThan(3);
    }
  }

  @Test
  void hueStays() {
    assertThat(DarkColors.of(0xFF0000) >> 16).isGreaterThan(2 * (DarkColors.of(0xFF0000) & 0xFF));
    assertThat(DarkColors.of(0x0072B2) & 0xFF).isGreaterThan(DarkColors.of(0x0072B2) >> 16);
    int grey = DarkColors.of(0xE8E8E8);
    assertThat(grey >> 16).isEqualTo(grey & 0xFF);
  }

  @Test
  void rulesHaveOneLineForEachColourInOrder() {
    assertThat(DarkColors.rules(new TreeSet<>(List.of(WHITE, 0))).lines())
        .containsExactly(
            "@media screen and (prefers-color-scheme: dark) {",
            "[fill=\"#000000\"] { fill: #ffffff; } [stroke=\"#000000\"] { stroke: #ffffff; }",
            "[fill=\"#ffffff\"] { fill: #151515; } [stroke=\"#ffffff\"] { stroke: #151515; }",
            "}");
  }
}
