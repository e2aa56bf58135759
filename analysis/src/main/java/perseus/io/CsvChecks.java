package perseus.io;

import java.nio.file.Path;
import java.util.List;
import java.util.function.IntPredicate;
import org.apache.commons.csv.CSVRecord;

/**
 * Checks CSV files for two faults: separators other than commas, and rows with more fields than the
 * header.
 */
public final class CsvChecks {
  private CsvChecks() {}

  /**
   * Refuses a CSV file whose fields are separated by semicolons or tabs. A header without commas is
   * read as a single column.
   *
   * @param csv path of the CSV file, which the error message names
   * @param line line number of the header in the CSV file, counted from 1
   * @param header names of the columns, from the header of the CSV file
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
   * Refuses a record of a CSV file that has more fields than the header of the file.
   *
   * @see #refuseSurplusFields(Path, long, int, int, IntPredicate)
   */
  public static void refuseSurplusFields(Path csv, long line, CSVRecord record, int columns) {
    refuseSurplusFields(csv, line, record.size(), columns, i -> record.get(i).isBlank());
  }

  /**
   * Refuses a row of a CSV file that has more fields than the header of the file. A number with a
   * decimal comma, such as 0,5, is split into two fields and so causes a surplus field. Without the
   * check for surplus fields, the number 0,5 would be read as 0. Surplus fields that are blank are
   * allowed.
   *
   * @param csv path of the CSV file, which the error message names
   * @param line line number of the row in the CSV file, counted from 1
   * @param fields number of fields in the row
   * @param columns number of columns that the header of the CSV file names
   * @param isBlank function that takes the index of a field, from 0, and returns whether this field
   *     of the row is blank
   * @throws UserError if a field of the row after the last column is not blank
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
