package perseus.evaluation.report;

import java.util.List;
import perseus.chart.figure.Chart;
import perseus.io.Resources;
import perseus.savings.Table;

/**
 * Writes a report as one web page that loads nothing else. The page follows the light or dark
 * setting of the browser, and runs no scripts.
 */
public final class HtmlReport {
  private HtmlReport() {}

  /**
   * Returns the report as a web page in UTF-8, with the figures as SVG.
   *
   * @throws perseus.io.UserError if the report has figures and this machine has no fonts
   */
  public static String format(Report report) {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\"")
        .append(" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
        .append(element("title", report.title()))
        .append("<style>\n")
        .append(Resources.text(HtmlReport.class, "report.css"))
        .append("</style>\n</head>\n<body>\n<main>\n")
        .append(element("h1", report.title()));
    paragraphs(page, report.paragraphs());
    int figures = 0;
    for (Section section : report.sections()) {
      page.append("<section>\n").append(element("h2", section.title()));
      paragraphs(page, section.paragraphs());
      section.tables().forEach(table -> table(page, table));
      if (!section.commands().isEmpty()) {
        page.append("<pre>").append(code(section)).append("</pre>\n");
      }
      for (Chart figure : section.figures()) {
        page.append("<figure>\n").append(figure.svg("figure" + ++figures)).append("</figure>\n");
      }
      page.append("</section>\n");
    }
    return page.append("</main>\n</body>\n</html>\n").toString();
  }

  private static String code(Section section) {
    StringBuilder lines = new StringBuilder();
    section.commands().forEach(line -> lines.append(Html.escape(line)).append('\n'));
    return lines.toString();
  }

  private static void paragraphs(StringBuilder page, List<String> paragraphs) {
    paragraphs.forEach(paragraph -> page.append(element("p", paragraph)));
  }

  private static void table(StringBuilder page, Table table) {
    page.append("<div class=\"wide\">\n<table>\n");
    if (!table.title().isEmpty()) {
      page.append(element("caption", table.title()));
    }
    page.append("<thead>\n");
    row(page, table, "th scope=\"col\"", "th", table.header());
    page.append("</thead>\n<tbody>\n");
    table.rows().forEach(cells -> row(page, table, "td", "td", cells));
    page.append("</tbody>\n</table>\n</div>\n");
  }

  private static void row(
      StringBuilder page, Table table, String start, String end, List<String> cells) {
    page.append("<tr>");
    for (int c = 0; c < cells.size(); c++) {
      page.append('<').append(start);
      page.append(table.isNumeric(c) ? " class=\"number\">" : ">");
      page.append(Html.escape(cells.get(c))).append("</").append(end).append('>');
    }
    page.append("</tr>\n");
  }

  private static String element(String name, String text) {
    return "<%s>%s</%s>\n".formatted(name, Html.escape(text), name);
  }
}
