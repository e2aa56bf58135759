package perseus.evaluation.report;

import java.util.List;
import perseus.savings.Table;
import perseus.savings.TableFormat;

/** Writes a report as Markdown. Figures are left out, because Markdown cannot contain drawings. */
public final class MarkdownReport {
  private MarkdownReport() {}

  /** Returns the report as Markdown, which ends with a newline. */
  public static String format(Report report) {
    StringBuilder text = new StringBuilder();
    text.append("# ").append(safe(report.title())).append('\n');
    paragraphs(text, report.paragraphs());
    for (Section section : report.sections()) {
      text.append("\n## ").append(safe(section.title())).append('\n');
      paragraphs(text, section.paragraphs());
      for (Table table : section.tables()) {
        text.append('\n').append(TableFormat.MARKDOWN.format(safe(table)));
      }
      if (!section.commands().isEmpty()) {
        text.append("\n```\n");
        section.commands().forEach(line -> text.append(line).append('\n'));
        text.append("```\n");
      }
    }
    return text.toString();
  }

  private static void paragraphs(StringBuilder text, List<String> paragraphs) {
    paragraphs.forEach(paragraph -> text.append('\n').append(safe(paragraph)).append('\n'));
  }

  private static Table safe(Table table) {
    return new Table(
        safe(table.title()),
        table.header().stream().map(MarkdownReport::safe).toList(),
        table.rows().stream().map(row -> row.stream().map(MarkdownReport::safe).toList()).toList());
  }

  /**
   * Returns the text with line breaks replaced by blanks, and with the character {@code <} escaped.
   */
  private static String safe(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").replace("<", "&lt;");
  }
}
