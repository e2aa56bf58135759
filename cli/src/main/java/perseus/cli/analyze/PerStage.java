package perseus.cli.analyze;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import perseus.cli.common.DecimalNumber;
import perseus.io.UserError;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A flag's value that is one number for all stages, or one for each: {@code 83.64} or {@code
 * 83.64,70,70,70}.
 *
 * @param numbers as given
 */
record PerStage(List<Double> numbers) {
  /**
   * The numbers by stage.
   *
   * @param flag which flag it is, for the error's sentence
   * @throws UserError if there are neither one nor {@code stages} numbers
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

  /** Reads numbers with commas between them. */
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
              "'" + text + "' is neither a number nor numbers with commas between them");
        }
      }
      return new PerStage(numbers);
    }
  }
}
