package perseus.cli.analyze;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import perseus.cli.common.DecimalNumber;
import perseus.io.UserError;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Holds the value of a flag that takes one number for all stages ({@code 83.64}) or one number per
 * stage ({@code 83.64,70,70,70}).
 *
 * @param numbers the numbers that the user gave with the flag
 */
record PerStage(List<Double> numbers) {
  /**
   * Returns one number for each stage.
   *
   * @param flag name of the flag, which the error message contains
   * @throws UserError if the number of given numbers is neither 1 nor the number of stages
   */
  List<Double> of(String flag, int stages) {
    if (numbers.size() == 1) {
      return Collections.nCopies(stages, numbers.get(0));
    }
    if (numbers.size() != stages) {
      throw new UserError(
          "%s has %d numbers, but the number of stages is %d; give one, or one per stage."
              .formatted(flag, numbers.size(), stages));
    }
    return numbers;
  }

  /** Reads the value of a flag that consists of numbers separated by commas. */
  static final class Converter implements ITypeConverter<PerStage> {
    private final DecimalNumber number = new DecimalNumber();

    @Override
    public PerStage convert(String text) {
      List<Double> numbers = new ArrayList<>();
      for (String part : text.split(",", -1)) {
        try {
          numbers.add(number.convert(part.trim()));
        } catch (TypeConversionException e) {
          throw new TypeConversionException(
              "'" + text + "' is neither a number nor a list of numbers separated by commas");
        }
      }
      return new PerStage(numbers);
    }
  }
}
