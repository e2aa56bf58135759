package perseus.evaluation.report;

import java.util.List;
import perseus.chart.figure.Chart;
import perseus.savings.Table;

/**
 * Holds a section of a report.
 *
 * @param title title of the section in one line
 * @param paragraphs text above the tables, one paragraph each
 * @param tables tables with the numbers of the section; may be empty
 * @param commands lines for a shell, shown below the tables; may be empty
 * @param figures drawings that only the web page shows; may be empty
 */
public record Section(
    String title,
    List<String> paragraphs,
    List<Table> tables,
    List<String> commands,
    List<Chart> figures) {
  public Section {
    paragraphs = List.copyOf(paragraphs);
    tables = List.copyOf(tables);
    commands = List.copyOf(commands);
    figures = List.copyOf(figures);
  }

  /** Makes a section with text and one table. */
  public static Section of(String title, List<String> paragraphs, Table table) {
    return new Section(title, paragraphs, List.of(table), List.of(), List.of());
  }
}
