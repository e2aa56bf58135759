package perseus.cli.common;

import java.util.ArrayList;
import java.util.List;

/** Breaks the lines of a help text at spaces, so that they fit the terminal. */
final class HelpLines {
  private static final int USUAL_WIDTH = 80;

  /**
   * Minimum width of help texts in characters, because picocli refuses to print narrower help
   * texts.
   */
  private static final int MIN_WIDTH = 55;

  /** Maximum width of help texts in characters, because longer lines are hard to read. */
  private static final int MAX_WIDTH = 120;

  private HelpLines() {}

  /**
   * Returns the width of help texts in characters. The scripts that start Java set the system
   * property {@code perseus.columns} to the width of the terminal. Without a terminal, the
   * environment variable COLUMNS can set the width.
   */
  static int width() {
    String variable = System.getenv("COLUMNS");
    boolean isSet = variable != null && variable.matches("[1-9]\\d{0,3}");
    int otherwise = isSet ? Integer.parseInt(variable) : USUAL_WIDTH;
    int wanted = Integer.getInteger("perseus.columns", otherwise);
    return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, wanted));
  }

  /**
   * Returns the text in lines of at most {@code width} characters, each with a line separator at
   * its end. A word of more than {@code width} characters is not broken.
   *
   * <p>A line that starts with a space is a command. If a command is broken, each part except the
   * last ends with a backslash. Users can then copy the command into a shell.
   *
   * @param lines lines, which may contain line separators
   * @param indent number of spaces at the start of every continuation line after a break
   */
  static String wrap(List<String> lines, int width, int indent) {
    StringBuilder text = new StringBuilder();
    for (String line : String.join("\n", lines).split("\n", -1)) {
      boolean command = line.startsWith(" ");
      String margin = " ".repeat(line.length() - line.stripLeading().length());
      String next = margin + (command ? "    " : " ".repeat(indent));
      String end = command ? " \\" : "";
      List<String> wrapped = wrap(line.strip(), margin, next, width, end.length());
      text.append(String.join(end + System.lineSeparator(), wrapped))
          .append(System.lineSeparator());
    }
    return text.toString();
  }

  private static List<String> wrap(
      String line, String margin, String next, int width, int reserved) {
    List<String> wrapped = new ArrayList<>();
    StringBuilder current = new StringBuilder(margin);
    boolean empty = true;
    int left = line.length();
    for (String word : line.split(" ")) {
      boolean last = left == word.length();
      left -= word.length() + 1;
      int length = current.length() + (empty ? 0 : 1) + word.length() + (last ? 0 : reserved);
      if (!empty && length > width) {
        wrapped.add(current.toString());
        current = new StringBuilder(next);
        empty = true;
      }
      current.append(empty ? "" : " ").append(word);
      empty = false;
    }
    wrapped.add(current.toString());
    return wrapped;
  }
}
