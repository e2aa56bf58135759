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
 * A table of iterations measured under power limits, as Zeus writes it: columns {@code time} and
 * {@code energy} and a {@code power_limit_R} for each rank.
 */
public final class PowerLimitSweep {
  private PowerLimitSweep() {}

  /**
   * The iteration under the highest power limits: everything at its maximum.
   *
   * @throws UserError if the file cannot be read or has no such row
   */
  public static Iteration highest(Path csv) {
    Iteration highest = null;
    double most = Double.NEGATIVE_INFINITY;
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
            csv
                + " has no column power_limit_0; it should have time, energy and the power limits.");
      }
      for (CSVRecord record : parser) {
        CsvChecks.refuseSurplusFields(
            csv, record.getRecordNumber() + 1, record, parser.getHeaderNames().size());
        double sum = limits.stream().mapToDouble(column -> number(csv, record, column)).sum();
        if (sum > most) {
          most = sum;
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
      throw new UserError(csv + " has no row.");
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
      // Said below.
    }
    throw new UserError(
        "%s line %d: column '%s' is '%s', not a number above 0."
            .formatted(csv, record.getRecordNumber() + 1, column, text));
  }
}
