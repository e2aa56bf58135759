package perseus.evaluation.published;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.io.CsvTable;
import perseus.io.UserError;
import perseus.savings.Iteration;

/** Reads CSV files with a header, whose rows contain times, energies and other values. */
final class NumberTable {
  /** Holds one row. */
  record Row(CsvTable.Row fields) {
    /**
     * @throws UserError if the file does not have this column
     */
    String text(String column) {
      return fields.text(column);
    }

    /** Returns a field, or an empty text if the file does not have this column. */
    String textOrEmpty(String column) {
      return fields.has(column) ? fields.text(column) : "";
    }

    /**
     * @throws UserError if the cell is not a whole number above 0
     */
    int count(String column) {
      String text = text(column);
      if (!text.matches("[1-9][0-9]{0,8}")) {
        throw fields.wrong(column, "is '%s', not a whole number above 0".formatted(text));
      }
      return Integer.parseInt(text);
    }

    /**
     * Returns an iteration from two columns, in seconds and joules.
     *
     * @throws UserError if a cell is not a number above 0
     */
    Iteration iteration(String time, String energy) {
      return new Iteration(fields.positive(time), fields.positive(energy));
    }
  }

  private NumberTable() {}

  /**
   * @throws UserError if the file cannot be read, is no CSV file, or has no rows
   */
  static List<Row> read(Path csv) {
    List<Row> rows = new ArrayList<>();
    CsvTable.read(csv, (header, lines) -> lines.forEach(line -> rows.add(new Row(line))));
    if (rows.isEmpty()) {
      throw new UserError(csv + " has no rows.");
    }
    return rows;
  }
}
