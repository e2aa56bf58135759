package perseus.chart.svg;

/**
 * Writes lengths and coordinates with at most two decimals. More than two decimals make no visible
 * difference on a screen.
 */
final class Numbers {
  private Numbers() {}

  /**
   * Returns a number as text, such as "12", "-0.5" or "3.14". The text does not depend on the
   * language of the machine.
   */
  static String of(double value) {
    long hundredths = Math.round(value * 100);
    long fraction = Math.abs(hundredths % 100);
    String whole = (hundredths < 0 ? "-" : "") + Math.abs(hundredths / 100);
    if (fraction == 0) {
      return hundredths == 0 ? "0" : whole;
    }
    return whole
        + "."
        + (fraction % 10 == 0 ? fraction / 10 : fraction < 10 ? "0" + fraction : fraction);
  }
}
