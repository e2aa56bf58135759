package perseus.report;

import java.util.regex.Pattern;
import perseus.chart.svg.Markup;

/**
 * Collects the elements of an HTML page. All texts are escaped, except the texts that {@link #raw}
 * adds.
 */
final class Html {
  private static final Pattern FLAG = Pattern.compile("( )(--?[a-z-]+)(?= |$)");

  private final StringBuilder page = new StringBuilder();

  /**
   * Opens an element.
   *
   * @param name name of the element. The class of the element can follow its name after a point, as
   *     in "p.mute". An attribute can follow the name of the element after a blank, as in "details
   *     open".
   */
  void open(String name) {
    int point = name.indexOf('.');
    page.append('<');
    if (point < 0) {
      page.append(name);
    } else {
      page.append(name, 0, point).append(" class=\"").append(name.substring(point + 1)).append('"');
    }
    page.append('>');
  }

  void close(String name) {
    page.append("</").append(name).append(">\n");
  }

  void text(String text) {
    page.append(Markup.escape(text));
  }

  void element(String name, String text) {
    open(name);
    text(text);
    int end = 0;
    while (end < name.length() && Character.isLetterOrDigit(name.charAt(end))) {
      end++;
    }
    close(name.substring(0, end));
  }

  /** Adds text that is HTML already. */
  void raw(String html) {
    page.append(html);
  }

  /** Adds a command with a button that copies it. */
  void command(String command) {
    open("span.command");
    open("code");
    // Browsers can break a line after a hyphen, so the element b around each flag keeps the flag on
    // one line.
    page.append(FLAG.matcher(Markup.escape(command)).replaceAll("$1<b>$2</b>"));
    page.append("</code>");
    raw("<button type=\"button\" class=\"copy\" hidden>Copy</button>");
    close("span");
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
