package perseus.recording.csv;

import java.nio.charset.StandardCharsets;

/**
 * Parses decimal numbers as logs write them, such as {@code 1694034841.2187848}. The result is the
 * same double as that of {@link Double#parseDouble}, about ten times faster.
 *
 * <p>A number of at most 15 digits with k decimals is w / 10<sup>k</sup> for a whole number w. A
 * double holds both numbers exactly, so the division rounds only once and is correct (Clinger, How
 * to read floating point numbers accurately, 1990).
 *
 * <p>A number with more digits is the sum of its whole part and its fraction. The fraction is
 * rounded to a double f first, so the exact fraction lies between the doubles next to f. If adding
 * either of them to the whole part gives the same double, the exact sum rounds to that double too,
 * because rounding is monotone. Otherwise, and for exponents and longer numbers, {@code
 * parseDouble} decides.
 */
final class DecimalText {
  /** Number of digits of which a double holds every whole number exactly. */
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
   * Parses the bytes from index {@code from} to before index {@code to}.
   *
   * @throws NumberFormatException if they are not a decimal number
   */
  static double parse(byte[] text, int from, int to) {
    // Digits before the point, then digits after it. With too many digits these longs overflow, but
    // then they are not used.
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
        // parseDouble would also accept 12d, 0x1p3 and NaN.
        throw new NumberFormatException();
      }
    }
    return Double.parseDouble(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
  }
}
