package perseus.savings;

import java.util.List;

/**
 * Holds a table of savings as text: a title, the names of the columns, and the text of each cell.
 *
 * @param title title of the table in one line; empty for no title
 * @param header names of the table's columns
 * @param rows rows of the table, with one cell per column
 */
public record Table(String title, List<String> header, List<List<String>> rows) {
  public Table {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /**
   * Returns the width of a column of the table in characters. The width is the length of the
   * longest text in the column, including the name of the column.
   */
  int width(int column) {
    int width = header.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }

  /**
   * Returns whether each cell of a column of the table is a number or empty. A table column that
   * contains only numbers is aligned to the right.
   */
  public boolean isNumeric(int column) {
    return rows.stream().allMatch(row -> row.get(column).matches("-?[\\d.]*"));
  }
}
