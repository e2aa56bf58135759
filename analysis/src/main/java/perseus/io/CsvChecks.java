package perseus.io;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.commons.csv.CSVRecord;

/**
 * Checks CSV files for two faults that every reader refuses: separators other than commas, and rows
 * with more fields than the header.
 */
public final class CsvChecks {
  private CsvChecks() {}

  /**
   * Refuses a file whose fields are separated by semicolons or tabs. Without commas, the header
   * looks like a single column.
   *
   * @param csv path of the file, for the message
   * @param line line number of the header, from 1
   * @param header fields of the header
   * @throws UserError if the header has only one field, and this field contains a semicolon or a
   *     tab
   */
  public static void requireCommas(Path csv, long line, List<String> header) {
    if (header.size() != 1) {
      return;
    }
    for (String separator : List.of(";", "\t")) {
      if (header.get(0).contains(separator)) {
        throw new UserError(
            "%s, line %d: fields are separated by %s, not by commas; save the file with commas."
                .formatted(csv, line, separator.equals(";") ? "semicolons" : "tabs"));
      }
    }
  }

  /**
   * Refuses a record with more fields than the header has columns.
   *
   * @see #refuseSurplusFields(Path, long, int, int, IntPredicate)
   */
  public static void refuseSurplusFields(Path csv, long line, CSVRecord record, int columns) {
    refuseSurplusFields(csv, line, record.size(), columns, i -> record.get(i).isBlank());
  }

  /**
   * Refuses a row with more fields than the header has columns. Numbers with decimal commas cause
   * surplus fields. Without this check, numbers with decimal commas would be read without their
   * decimals. Blank surplus fields are allowed.
   *
   * @param csv path of the file, for the message
   * @param line line number of the row, from 1
   * @param fields number of fields in the row
   * @param columns number of columns in the header
   * @param isBlank function that returns whether the field at an index is blank
   * @throws UserError if a field after the last column is not blank
   */
  public static void refuseSurplusFields(
      Path csv, long line, int fields, int columns, IntPredicate isBlank) {
    for (int i = columns; i < fields; i++) {
      if (!isBlank.test(i)) {
        throw new UserError(
            ("%s, line %d: the row has %d fields, but the header names %d columns; write decimals"
                    + " with a point (0.5), not a comma, and check that no two lines were joined.")
                .formatted(csv, line, fields, columns));
      }
    }
  }
}
