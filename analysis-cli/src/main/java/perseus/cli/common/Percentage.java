package perseus.cli.common;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Holds a percentage that a user has given, such as {@code 1%}.
 *
 * @param share the percentage divided by 100
 */
public record Percentage(double share) {
  private static final Pattern TEXT = Pattern.compile("(\\d*\\.?\\d+) ?%");

  /** Reads percentages above 0 and below 100 from flags. */
  public static final class Converter implements ITypeConverter<Percentage> {
    @Override
    public Percentage convert(String text) {
      Matcher percentage = TEXT.matcher(text.strip());
      double value = percentage.matches() ? Double.parseDouble(percentage.group(1)) : 0;
      if (value <= 0 || value >= 100) {
        throw new TypeConversionException(
            "'" + text + "' is not a percentage above 0, such as 1% or 0.5%.");
      }
      return new Percentage(value / 100);
    }
  }
}
