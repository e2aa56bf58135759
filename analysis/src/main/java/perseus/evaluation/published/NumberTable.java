package perseus.evaluation.published;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVRecord;
import perseus.io.CsvChecks;
import perseus.io.CsvTable;
import perseus.io.UserError;
import perseus.savings.Iteration;

/** Reads CSV files with a header whose rows hold, among others, times and energies. */
final class NumberTable {
  /**
   * Holds one row.
   *
   * @param file the file, for messages
   * @param line number of the row's line, for messages
   * @param cells text of each cell by the name of its column
   */
  record Row(Path file, long line, Map<String, String> cells) {
    /**
     * @throws UserError if there is no such column
     */
    String text(String column) {
      String text = cells.get(column);
      if (text == null) {
        throw new UserError("%s has no column %s.".formatted(file, column));
      }
      return text;
    }

    /**
     * @throws UserError if the cell is not a whole number above 0
     */
    int count(String column) {
      String text = text(column);
      if (!text.matches("[1-9]\\d{0,8}")) {
        throw wrong(column, text, "a whole number above 0");
      }
      return Integer.parseInt(text);
    }

    /**
     * Returns an iteration from two columns, in seconds and joules.
     *
     * @throws UserError if a cell is not a number above 0
     */
    Iteration iteration(String time, String energy) {
      return new Iteration(positive(time), positive(energy));
    }

    private double positive(String column) {
      String text = text(column);
      try {
        double value = Double.parseDouble(text);
        if (value > 0 && Double.isFinite(value)) {
          return value;
        }
      } catch (NumberFormatException e) {
        // The last statement of this method throws the error.
      }
      throw wrong(column, text, "a number above 0");
    }

    private UserError wrong(String column, String text, String expected) {
      return new UserError(
          "%s line %d: column '%s' is '%s', not %s.".formatted(file, line, column, text, expected));
    }
  }

  private NumberTable() {}

  /**
   * @throws UserError if the file cannot be read, is no CSV file, or has no rows
   */
  static List<Row> read(Path csv) {
    List<Row> rows = new ArrayList<>();
    CsvTable.read(
        csv,
        parser -> {
          List<String> header = parser.getHeaderNames();
          CsvChecks.requireCommas(csv, 1, header);
          for (CSVRecord record : parser) {
            long line = record.getRecordNumber() + 1;
            CsvChecks.refuseSurplusFields(csv, line, record, header.size());
            rows.add(new Row(csv, line, new TreeMap<>(record.toMap())));
          }
        });
    if (rows.isEmpty()) {
      throw new UserError(csv + " has no rows.");
    }
    return rows;
  }
}
