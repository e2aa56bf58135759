package perseus.plan;

import java.util.ArrayList;
import java.util.List;
import perseus.recording.InputException;

/**
 * Reads a Python literal of lists, tuples, strings and numbers, with comments. Nothing is
 * evaluated; everything else is refused with its line.
 */
final class PythonLiteral {
  private static final int DEEPEST = 100;

  private final String name;
  private final String text;
  private int at;

  PythonLiteral(String name, String text) {
    this.name = name;
    this.text = text;
  }

  /** The literal's value: {@link List}, {@link String} or {@link Double}; tuples are lists. */
  Object parse() {
    skipSpace();
    Object value = value(0);
    skipSpace();
    if (at < text.length()) {
      throw unexpected();
    }
    return value;
  }

  private Object value(int depth) {
    if (at >= text.length()) {
      throw error("it ends in the middle");
    }
    if (depth > DEEPEST) {
      throw error("it is nested too deeply");
    }
    char c = text.charAt(at);
    if (c == '[' || c == '(') {
      return sequence(c == '[' ? ']' : ')', depth);
    }
    if (c == '\'' || c == '"') {
      return string(c);
    }
    if (c == '-' || c == '+' || c == '.' || isDigit(c)) {
      return number();
    }
    throw unexpected();
  }

  private List<Object> sequence(char close, int depth) {
    at++;
    List<Object> values = new ArrayList<>();
    skipSpace();
    while (peek() != close) {
      values.add(value(depth + 1));
      skipSpace();
      if (peek() == ',') {
        at++;
        skipSpace();
      } else if (peek() != close) {
        throw unexpected();
      }
    }
    at++;
    return values;
  }

  private String string(char quote) {
    int start = ++at;
    while (peek() != quote) {
      if (peek() == '\\' || peek() == '\n') {
        throw unexpected();
      }
      at++;
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

  private void skipSpace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        while (at < text.length() && text.charAt(at) != '\n') {
          at++;
        }
      } else if (c == '\uFEFF' || Character.isWhitespace(c)) {
        at++;
      } else {
        return;
      }
    }
  }

  private InputException unexpected() {
    return error(
        "unexpected '"
            + text.charAt(at)
            + "'; only lists, tuples, strings and numbers are allowed");
  }

  private InputException error(String problem) {
    long line =
        1 + text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
    return new InputException("%s line %d: %s.".formatted(name, line, problem));
  }
}
