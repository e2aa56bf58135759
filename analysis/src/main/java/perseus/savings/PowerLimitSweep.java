package perseus.savings;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import perseus.io.AtomicFiles;
import perseus.io.CsvChecks;
import perseus.io.UserError;

/**
 * Reads a table of iterations that were measured under different power limits of the GPUs. The
 * table has the format of the project Zeus.
 *
 * <p>The table of measured iterations is a CSV file with the columns {@code time} in seconds,
 * {@code energy} in joules, and {@code power_limit_R} in watts for each rank R.
 */
public final class PowerLimitSweep {
  private PowerLimitSweep() {}

  /**
   * Returns the iteration with the highest sum of power limits over all ranks. The highest power
   * limits do not lower the clocks of the GPUs. The iteration with the highest power limits is
   * therefore used as all-max (every operation at the highest frequency).
   *
   * @throws UserError if the CSV file cannot be read, if it lacks a column or has no rows, or if a
   *     value in it is not above 0
   */
  public static Iteration highest(Path csv) {
    Iteration highest = null;
    double highestLimits = Double.NEGATIVE_INFINITY;
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .setTrim(true)
            .setIgnoreEmptyLines(true)
            .get();
    try (Reader in = Files.newBufferedReader(csv);
        CSVParser parser = format.parse(in)) {
      List<String> limits =
          parser.getHeaderNames().stream()
              .filter(column -> column.matches("power_limit_\\d+"))
              .toList();
      if (limits.isEmpty()) {
        throw new UserError(
            csv + " has no column power_limit_0; it needs time, energy and power_limit_R columns.");
      }
      for (CSVRecord record : parser) {
        CsvChecks.refuseSurplusFields(
            csv, record.getRecordNumber() + 1, record, parser.getHeaderNames().size());
        double sum = limits.stream().mapToDouble(column -> number(csv, record, column)).sum();
        if (sum > highestLimits) {
          highestLimits = sum;
          highest = new Iteration(number(csv, record, "time"), number(csv, record, "energy"));
        }
      }
    } catch (CSVException | IllegalArgumentException e) {
      throw new UserError(csv + " is not a CSV file: " + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw AtomicFiles.unreadable(csv, e);
    } catch (UncheckedIOException e) {
      throw AtomicFiles.unreadable(csv, e.getCause());
    }
    if (highest == null) {
      throw new UserError(csv + " has a header but no rows.");
    }
    return highest;
  }

  private static double number(Path csv, CSVRecord record, String column) {
    String text = record.isSet(column) ? record.get(column) : "";
    try {
      double value = Double.parseDouble(text);
      if (value > 0 && !Double.isInfinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // If a field of the table is not a number, the last statement of this method throws the
      // error.
    }
    throw new UserError(
        "%s line %d: column '%s' is '%s', not a number above 0."
            .formatted(csv, record.getRecordNumber() + 1, column, text));
  }
}
