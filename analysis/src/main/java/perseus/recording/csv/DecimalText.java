package perseus.recording.csv;

import java.nio.charset.StandardCharsets;

/**
 * Parses decimal numbers from bytes, such as {@code 1694034841.2187848}. The parsed number is the
 * same double as the result of {@link Double#parseDouble}, but {@code DecimalText} is about ten
 * times faster.
 *
 * <p>A number that has at most 15 digits, of which k digits are after the point, equals {@code w /
 * 10^k} for a whole number w. A double holds both the whole number w of at most 15 digits and
 * {@code 10^k} exactly. So only the division {@code w / 10^k} is rounded, and the quotient is the
 * correct double. The method for numbers of at most 15 digits is from Clinger, How to read floating
 * point numbers accurately, 1990.
 *
 * <p>A number with more than 15 digits is split into its whole part and its fraction. The fraction
 * is rounded to the nearest double f, so the exact fraction lies between the two neighbouring
 * doubles of f. Each of the two neighbouring doubles of the rounded fraction f is added to the
 * whole part of the number. If the two sums of whole part and neighbouring double round to the same
 * double, the exact sum also rounds to that double, because rounding is monotone. If the sums with
 * the two neighbours of f round to different doubles, {@code parseDouble} parses the number. {@code
 * parseDouble} is also used for numbers with exponents or signs, or with more than 15 digits before
 * or after the point.
 */
final class DecimalText {
  /** A double holds every whole number of at most {@code EXACT_DIGITS} decimal digits exactly. */
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
   * Parses the decimal number in the bytes {@code from} to {@code to - 1} of {@code text}.
   *
   * @throws NumberFormatException if these bytes are not a decimal number
   */
  static double parse(byte[] text, int from, int to) {
    // The digits before the point are read into the long variable whole, and the digits after the
    // point into the long variable fraction. If a number has too many digits, one of the long
    // variables overflows, but neither of them is used for such a number.
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
        // Double.parseDouble also accepts texts such as 12d, 0x1p3 and NaN, which are not allowed
        // in logs.
        throw new NumberFormatException();
      }
    }
    return Double.parseDouble(new String(text, from, to - from, StandardCharsets.ISO_8859_1));
  }
}
