package perseus.savings;

import java.util.List;

/**
 * Holds a table of text cells.
 *
 * @param title title in one line; empty for no title
 * @param header names of the columns
 * @param rows rows with one cell per column
 */
public record Table(String title, List<String> header, List<List<String>> rows) {
  public Table {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /**
   * Returns the width of a column in characters: the length of its longest cell or of its name,
   * whichever is longer.
   */
  int width(int column) {
    int width = header.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }

  /**
   * Returns whether all cells of a column are numbers or empty. A column of numbers is aligned to
   * the right.
   */
  boolean isNumeric(int column) {
    return rows.stream().allMatch(row -> row.get(column).matches("-?[\\d.]*"));
  }
}
