package perseus.recording.csv;

import java.nio.charset.StandardCharsets;

/**
 * Numbers as logs write them, {@code 1694034841.2187848}, read to the same double as {@link
 * Double#parseDouble} does and some ten times faster; times of 17 digits are its slow case.
 *
 * <p>Up to 15 digits w with k decimals are w / 10^k, two numbers that a double holds exactly, so
 * that the division rounds once (Clinger, How to read floating point numbers accurately, 1990).
 * With more digits the whole part and the fraction f are rounded apart. The true fraction lies
 * between the doubles below and above f; where both give the same sum, rounding being monotone, the
 * true sum rounds to it too. What neither settles is left to {@code parseDouble}.
 */
final class DecimalText {
  /** Digits that a double and a long hold exactly. */
  private static final int EXACT_DIGITS = 15;

  private static final double[] POWERS = new double[EXACT_DIGITS + 1];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = 10 * POWERS[i - 1];
    }
  }

  private DecimalText() {}

  /**
   * The number that {@code text} is from {@code from} to before {@code to}.
   *
   * @throws NumberFormatException if it is none
   */
  static double parse(byte[] text, int from, int to) {
    // Digits before the point, then those after it; a long may overflow, and is not used then.
    long whole = 0;
    int i = from;
    if (from + EightBytes.LENGTH <= to) {
      long bytes = EightBytes.at(text, from);
      if (EightBytes.areDigits(bytes)) {
        whole = EightBytes.number(bytes);
        i += EightBytes.LENGTH;
      }
    }
    int digit;
    while (i < to && (digit = text[i] - '0') >= 0 && digit <= 9) {
      whole = 10 * whole + digit;
      i++;
    }
    int before = i - from;
    long fraction = 0;
    int after = 0;
    if (i < to && text[i] == '.') {
      i++;
      int point = i;
      while (i < to && (digit = text[i] - '0') >= 0 && digit <= 9) {
        fraction = 10 * fraction + digit;
        i++;
      }
      after = i - point;
    }
    if (i < to || before + after == 0 || Math.max(before, after) > EXACT_DIGITS) {
      return slowly(text, from, to);
    }
    if (before + after <= EXACT_DIGITS) {
      return (whole * (long) POWERS[after] + fraction) / POWERS[after];
    }
    double rounded = fraction / POWERS[after];
    double sum = whole + rounded;
    boolean certain =
        fraction == 0 || whole + Math.nextDown(rounded) == whole + Math.nextUp(rounded);
    return certain ? sum : slowly(text, from, to);
  }

  private static double slowly(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = text[i];
      boolean decimal = b >= '0' && b <= '9' || "+-.eE".indexOf(b) >= 0;
      if (!decimal) {
        // parseDouble would take 12d, 0x1p3 and NaN as well.
        throw new NumberFormatException();
      }
    }
    return Double.parseDouble(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
  }
}
