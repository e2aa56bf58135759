package perseus.numeric;

import java.util.Locale;

/** Writes fractions in percent. A rounding error below zero is written as 0.00, not as -0.00. */
public final class Percent {
  private Percent() {}

  /** Returns a fraction in percent with the percent sign, such as {@code 12.34 %}. */
  public static String of(double fraction, int decimals) {
    return digits(fraction, decimals) + " %";
  }

  /**
   * Returns a fraction in percent without the percent sign, for tables with the percent sign in the
   * header.
   */
  public static String digits(double fraction, int decimals) {
    return fixed(100 * fraction, decimals);
  }

  /**
   * Returns a saving in percent with two decimals, as in {@code 12.34 % less} and {@code 0.50 %
   * more}.
   *
   * @param saved the saved fraction; negative if the new value is larger than the old value
   */
  public static String lessOrMore(double saved) {
    String less = of(saved, 2);
    return less.startsWith("-") ? less.substring(1) + " more" : less + " less";
  }

  /** Returns a change in percent with its sign, such as {@code +0.10 %}; no change is +0.00 %. */
  public static String change(double fraction, int decimals) {
    String digits = of(fraction, decimals);
    return digits.startsWith("-") ? digits : "+" + digits;
  }

  /** Returns a number with {@code decimals} digits after the decimal point. */
  public static String fixed(double value, int decimals) {
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    return text.matches("-0\\.?0*") ? text.substring(1) : text;
  }
}
