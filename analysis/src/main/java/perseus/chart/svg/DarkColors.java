package perseus.chart.svg;

import java.util.Locale;
import java.util.SortedSet;

/**
 * Chooses the colours of a drawing for systems that are set to dark colours. Light colours become
 * dark, dark colours become light, and each colour keeps its hue.
 *
 * <p>The lightness of each colour in the colour space Oklab (Ottosson 2020) is inverted. White
 * becomes the dark background #151515. The new lightness is {@code B + (1 - B) min(1, 1.1 (1 -
 * L))}. Here, L is the old lightness, and B is the lightness of the background. With the factor
 * 1.1, small text has a contrast of 4.5 or more, on the background and on light boxes. If a screen
 * cannot show the new colour, both Oklab coordinates a and b are reduced by the same factor.
 */
final class DarkColors {
  private static final double BACKGROUND = lab(0x151515)[0];
  private static final double GAIN = 1.1;
  private static final int SHRINKING_STEPS = 24;

  private DarkColors() {}

  /**
   * Returns rules of a style sheet for systems that are set to dark colours. The rules replace the
   * colours of a drawing. The rules select elements by the values of their attributes {@code fill}
   * and {@code stroke}. Programs that do not support style sheets ignore the rules, and show the
   * light colours.
   *
   * @param colors colours of the drawing as 0xRRGGBB
   */
  static String rules(SortedSet<Integer> colors) {
    StringBuilder rules = new StringBuilder("@media screen and (prefers-color-scheme: dark) {\n");
    for (int color : colors) {
      rules.append(
          String.format(
              Locale.ROOT,
              "[fill=\"#%1$06x\"] { fill: #%2$06x; } [stroke=\"#%1$06x\"] { stroke: #%2$06x; }\n",
              color,
              of(color)));
    }
    return rules.append("}\n").toString();
  }

  /** Returns the dark colour, as 0xRRGGBB, that takes the place of a colour. */
  static int of(int color) {
    double[] lab = lab(color);
    double lightness = BACKGROUND + (1 - BACKGROUND) * Math.min(1, GAIN * Math.max(0, 1 - lab[0]));
    double low = 0;
    double high = 1;
    for (int i = 0; i < SHRINKING_STEPS && !isOnScreen(linear(lightness, lab, high)); i++) {
      double middle = (low + high) / 2;
      if (isOnScreen(linear(lightness, lab, middle))) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double[] rgb = linear(lightness, lab, isOnScreen(linear(lightness, lab, high)) ? high : low);
    return level(rgb[0]) << 16 | level(rgb[1]) << 8 | level(rgb[2]);
  }

  private static double[] lab(int color) {
    double r = linear(color >> 16 & 0xFF);
    double g = linear(color >> 8 & 0xFF);
    double b = linear(color & 0xFF);
    double l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    double m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    double s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return new double[] {
      0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s
    };
  }

  /**
   * Returns the linear red, green and blue of a colour in Oklab. The colour has the given
   * lightness, and the Oklab coordinates a and b of {@code lab}, multiplied by {@code share}.
   */
  private static double[] linear(double lightness, double[] lab, double share) {
    double a = share * lab[1];
    double b = share * lab[2];
    double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
    double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
    double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
    return new double[] {
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
    };
  }

  private static boolean isOnScreen(double[] rgb) {
    for (double value : rgb) {
      if (value < -1e-6 || value > 1 + 1e-6) {
        return false;
      }
    }
    return true;
  }

  private static double cube(double value) {
    return value * value * value;
  }

  /** Converts a colour level of sRGB (0 to 255) to linear light (0 to 1). */
  private static double linear(int level) {
    double value = level / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  /** Converts linear light (0 to 1) to a colour level of sRGB (0 to 255). */
  private static int level(double linear) {
    double clamped = Math.max(0, Math.min(1, linear));
    double value =
        clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * Math.pow(clamped, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * value);
  }
}
