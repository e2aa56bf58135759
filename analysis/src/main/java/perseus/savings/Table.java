package perseus.savings;

import java.util.List;

/**
 * A table of text.
 *
 * @param title what it shows, a line; empty for none
 * @param header names of columns
 * @param rows as many cells each as the header has
 */
public record Table(String title, List<String> header, List<List<String>> rows) {
  public Table {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** Widest cell of a column, in characters. */
  int width(int column) {
    int width = header.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }

  /** Whether a column's cells are numbers, which belong to the right. */
  boolean isNumeric(int column) {
    return rows.stream().allMatch(row -> row.get(column).matches("-?[\\d.]*"));
  }
}
