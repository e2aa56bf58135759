package perseus.evaluation.report;

import perseus.chart.svg.Markup;

/** Escapes text for HTML and SVG. */
final class Html {
  private Html() {}

  /**
   * Returns a text that is safe as the content of an element, or in an attribute. Control
   * characters become blanks.
   */
  static String escape(String text) {
    return Markup.escape(text.replaceAll("\\p{Cntrl}", " "));
  }
}
