package perseus.chart.svg;

/** Escapes texts for documents in XML and HTML. */
public final class Markup {
  private static final String REPLACEMENT = "\uFFFD";

  private Markup() {}

  /**
   * Returns a text that is safe as the content of an element, or in an attribute between single or
   * double quotes. Characters that XML forbids, such as most control characters, become the
   * replacement character U+FFFD.
   */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                  if (isAllowed(c)) {
                    escaped.appendCodePoint(c);
                  } else {
                    escaped.append(REPLACEMENT);
                  }
                }
              }
            });
    return escaped.toString();
  }

  private static boolean isAllowed(int c) {
    return c == '\t'
        || c == '\n'
        || c >= 0x20 && c < 0x7F
        || c >= 0xA0 && c < 0xD800 && !isDirection(c)
        || c >= 0xE000 && c < 0xFFFE
        || c >= 0x10000;
  }

  /**
   * Returns whether a character changes the direction of text. A character that changes the
   * direction of text could make a browser show a path or a command in another order.
   */
  private static boolean isDirection(int c) {
    return c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
  }
}
