package perseus.planfile;

import java.util.ArrayList;
import java.util.List;
import perseus.io.UserError;

/**
 * Reads a Python literal of lists, tuples, strings and numbers, with comments. Nothing is
 * evaluated; everything else is refused with its line.
 */
final class PythonLiteral {
  private static final int DEEPEST = 100;
  private static final int LONGEST_QUOTE = 40;

  private final String name;
  private final String text;
  private int at;
  private int line = 1;

  PythonLiteral(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * A value where it stands.
   *
   * @param value a list of {@code Located}, a {@link String} or a {@link Double}; tuples are lists
   * @param line line on which it begins, from 1
   * @param text how it is written, shortened
   */
  record Located(Object value, int line, String text) {}

  /**
   * The literal's value.
   *
   * @throws UserError if it is anything else, or too deeply nested
   */
  Located parse() {
    skipSpace();
    if (at >= text.length()) {
      throw error("there is nothing in it");
    }
    Located value = value(0);
    skipSpace();
    if (at < text.length()) {
      throw unexpected();
    }
    return value;
  }

  private Located value(int depth) {
    if (depth > DEEPEST) {
      throw error("it is nested too deeply");
    }
    int start = at;
    int startLine = line;
    char c = peek();
    Object value;
    if (c == '[') {
      value = sequence(']', depth);
    } else if (c == '(') {
      value = sequence(')', depth);
    } else if (c == '\'' || c == '"') {
      value = string(c);
    } else if (c == '-' || c == '+' || c == '.' || isDigit(c)) {
      value = number();
    } else {
      throw unexpected();
    }
    String written = text.substring(start, Math.min(at, start + LONGEST_QUOTE));
    if (at > start + LONGEST_QUOTE) {
      written += " ...";
    }
    return new Located(value, startLine, written.replaceAll("\\s+", " "));
  }

  /** A list or a tuple; what a pair of parentheses without a comma holds is only itself. */
  private Object sequence(char close, int depth) {
    at++;
    List<Located> values = new ArrayList<>();
    boolean comma = false;
    skipSpace();
    while (peek() != close) {
      values.add(value(depth + 1));
      skipSpace();
      if (peek() == ',') {
        comma = true;
        at++;
        skipSpace();
      } else if (peek() != close) {
        throw unexpected();
      }
    }
    at++;
    return close == ')' && !comma && !values.isEmpty() ? values.get(0).value() : values;
  }

  private String string(char quote) {
    int start = ++at;
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at);
      if (c == '\n' || c == '\r') {
        break;
      }
      if (c == '\\') {
        throw unexpected();
      }
      at++;
    }
    if (at >= text.length() || text.charAt(at) != quote) {
      throw error("a string does not end on its line");
    }
    return text.substring(start, at++);
  }

  private Double number() {
    int start = at;
    while (at < text.length()
        && (isDigit(text.charAt(at)) || "+-._eE".indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    try {
      return Double.valueOf(text.substring(start, at));
    } catch (NumberFormatException e) {
      throw error("'" + text.substring(start, at) + "' is not a number");
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private char peek() {
    if (at >= text.length()) {
      throw error("it ends in the middle");
    }
    return text.charAt(at);
  }

  /** Moves to the next value or mark: the only place where a line can end. */
  private void skipSpace() {
    boolean comment = false;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\n' || (c == '\r' && !text.startsWith("\r\n", at))) {
        line++;
        comment = false;
      } else if (c == '#') {
        comment = true;
      } else if (!comment && c != '\uFEFF' && !Character.isWhitespace(c)) {
        return;
      }
    }
  }

  private UserError unexpected() {
    return error(
        "unexpected '"
            + Character.toString(text.codePointAt(at))
            + "'; only lists, tuples, strings and numbers are allowed");
  }

  private UserError error(String problem) {
    return new UserError("%s line %s: %s.".formatted(name, line, problem));
  }
}
