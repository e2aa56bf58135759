package perseus.evaluation.report;

import java.util.List;

/**
 * Holds a report, which can be written in several formats.
 *
 * @param title title of the report in one line
 * @param paragraphs text above the sections, one paragraph each
 * @param sections sections in the order in which they appear
 */
public record Report(String title, List<String> paragraphs, List<Section> sections) {
  public Report {
    paragraphs = List.copyOf(paragraphs);
    sections = List.copyOf(sections);
  }
}
