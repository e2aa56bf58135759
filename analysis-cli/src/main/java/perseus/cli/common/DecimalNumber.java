package perseus.cli.common;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads a decimal number from a command line. The class refuses texts such as 3d, 0x1p3 and NaN,
 * which Java's own parser would accept as numbers.
 */
public final class DecimalNumber implements ITypeConverter<Double> {
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  @Override
  public Double convert(String text) {
    if (!NUMBER.matcher(text).matches()) {
      throw new TypeConversionException("'" + text + "' is not a number such as 1.05");
    }
    double number = Double.parseDouble(text);
    if (Double.isInfinite(number)) {
      throw new TypeConversionException("'" + text + "' is too large a number");
    }
    return number;
  }
}
