package perseus.planfile;

import java.util.ArrayList;
import java.util.List;
import perseus.io.UserError;

/**
 * Parses the Python literal of a plan file, which consists of lists, tuples, strings and numbers.
 * The parser skips Python comments.
 *
 * <p>Python expressions, and all text that is no list, tuple, string, number or comment, are
 * errors. An error message names the line of the plan file. The running time is linear in the
 * length of the text.
 */
final class PythonLiteral {
  private static final int MAX_DEPTH = 100;

  /** Maximum number of characters that an error message quotes from the plan file. */
  private static final int MAX_EXCERPT = 40;

  private final String name;
  private final String text;
  private int at;
  private int line = 1;

  /**
   * @param name name of the plan file in error messages
   * @param text contents of the plan file
   */
  PythonLiteral(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /**
   * Holds a value that was parsed from the text of a plan file, and the line on which the value
   * begins.
   *
   * @param value the parsed value: a list of {@code Located} for a list or tuple, a {@link String}
   *     or a {@link Double}
   * @param line number of the line on which the parsed value begins, from 1
   * @param text first characters of the value in the file, for error messages
   */
  record Located(Object value, int line, String text) {}

  /**
   * Parses the whole text of a plan file as one Python literal.
   *
   * @throws UserError if the text contains anything but lists, tuples, strings, numbers and
   *     comments, or if lists are nested more than 100 levels deep
   */
  Located parse() {
    skipSpace();
    if (at >= text.length()) {
      throw error("the file contains no value");
    }
    Located value = value(0);
    skipSpace();
    if (at < text.length()) {
      throw unexpected();
    }
    return value;
  }

  private Located value(int depth) {
    if (depth > MAX_DEPTH) {
      throw error("brackets are nested more than " + MAX_DEPTH + " levels deep");
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
    String written = text.substring(start, Math.min(at, start + MAX_EXCERPT));
    if (at > start + MAX_EXCERPT) {
      written += " ...";
    }
    return new Located(value, startLine, written.replaceAll("\\s+", " "));
  }

  /**
   * Parses a Python list or tuple. A value in parentheses without a comma is not a tuple, and is
   * returned itself.
   */
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
      throw error("a string has no closing quote on its line");
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
      throw error("the file ends before the literal does");
    }
    return text.charAt(at);
  }

  /**
   * Skips white space and comments, and counts the lines of the text. Line breaks occur only in
   * white space and after comments.
   */
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
    return new UserError("%s, line %s: %s.".formatted(name, line, problem));
  }
}
