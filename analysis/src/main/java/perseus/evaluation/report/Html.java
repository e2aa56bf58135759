package perseus.evaluation.report;

/** Escapes text for HTML and SVG. */
final class Html {
  private Html() {}

  /** Returns text that a browser shows as it is, as content or as the value of an attribute. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;")
        .replaceAll("\\p{Cntrl}", " ");
  }
}
