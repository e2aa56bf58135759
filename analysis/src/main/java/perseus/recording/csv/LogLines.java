package perseus.recording.csv;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The lines of a log, cut at commas, straight from its bytes: logs have millions of them, and a
 * fields's bytes are enough to read a number or to recognize a name. Lines end with LF, CRLF or CR;
 * empty ones are passed over. Blanks around a field, and a pair of quotes, are no part of it; a
 * comma between quotes still separates.
 */
final class LogLines implements Closeable {
  /** A line longer than this is none. */
  private static final int LONGEST = 1 << 20;

  private final InputStream in;
  private byte[] bytes = new byte[1 << 16];

  /** Where the current line starts in {@code bytes}, and where the line after it may. */
  private int start;

  private int next;

  /** Bytes that are filled. */
  private int filled;

  private boolean exhausted;

  /** From where to where the current line's fields go, relative to its start: two entries each. */
  private int[] bounds = new int[16];

  private int fields;
  private long line;

  /** Line ends seen before the line that starts at {@code next}. */
  private long passed;

  /** Thrown where a file does not consist of lines. */
  static final class NoLines extends IOException {
    private static final long serialVersionUID = 1;

    NoLines() {
      super("it does not consist of lines of text");
    }
  }

  LogLines(Path file) throws IOException {
    in = Files.newInputStream(file);
  }

  /** Moves to the next line that is not empty; false at the end. */
  boolean advance() throws IOException {
    if (!hasMore()) {
      return false;
    }
    start = next;
    line = passed + 1;
    split();
    return true;
  }

  /** Whether a line that is not empty follows the current one. */
  boolean hasMore() throws IOException {
    while (true) {
      while (next < filled) {
        byte b = bytes[next];
        if (b == '\n') {
          passed++;
        } else if (b == '\r') {
          if (peekIsLineFeed()) {
            next++;
          }
          passed++;
        } else if (b != ' ' && b != '\t') {
          return true;
        }
        next++;
      }
      if (!fill()) {
        return false;
      }
    }
  }

  private boolean peekIsLineFeed() throws IOException {
    return (next + 1 < filled || fill()) && bytes[next + 1] == '\n';
  }

  /** Finds the fields of the line at {@code start} and moves {@code next} behind it. */
  private void split() throws IOException {
    fields = 0;
    int from = 0;
    int at = 0;
    while (true) {
      int i = start + at;
      int end = filled;
      while (i < end) {
        // All that separates is below '-', as neither digits, points nor letters are.
        if (i + EightBytes.LENGTH <= end) {
          int passable = EightBytes.countBeforeBelow(EightBytes.at(bytes, i), '-');
          i += passable;
          if (passable == EightBytes.LENGTH) {
            continue;
          }
        }
        byte b = bytes[i];
        if (b == ',' || b == '\n' || b == '\r') {
          addField(from, i - start);
          from = i - start + 1;
          if (b != ',') {
            next = i;
            return;
          }
        }
        i++;
      }
      at = i - start;
      if (!fill()) {
        addField(from, filled - start);
        next = filled;
        return;
      }
    }
  }

  private void addField(int fieldFrom, int fieldTo) {
    int from = start + fieldFrom;
    int to = start + fieldTo;
    while (from < to && isBlank(bytes[from])) {
      from++;
    }
    while (from < to && isBlank(bytes[to - 1])) {
      to--;
    }
    if (to - from > 1 && bytes[from] == '"' && bytes[to - 1] == '"') {
      from++;
      to--;
    }
    if (2 * fields == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * bounds.length);
    }
    bounds[2 * fields] = from - start;
    bounds[2 * fields + 1] = to - start;
    fields++;
  }

  /** Blanks and control characters: where a machine lost its power, a log may end with zeros. */
  private static boolean isBlank(byte b) {
    return b >= 0 && b <= ' ';
  }

  /** Reads more, keeping what is there from the current line on; false at the end. */
  private boolean fill() throws IOException {
    if (exhausted) {
      return false;
    }
    if (start > 0) {
      System.arraycopy(bytes, start, bytes, 0, filled - start);
      filled -= start;
      next -= start;
      start = 0;
    }
    if (filled == bytes.length) {
      if (filled >= LONGEST) {
        throw new NoLines();
      }
      bytes = Arrays.copyOf(bytes, 2 * filled);
    }
    int count = in.read(bytes, filled, bytes.length - filled);
    if (count < 0) {
      exhausted = true;
      return false;
    }
    filled += count;
    return true;
  }

  /** Whether the file begins with these bytes; to be asked before the first line. */
  boolean startsWith(int... magic) throws IOException {
    while (filled < magic.length && fill()) {}
    for (int i = 0; i < magic.length; i++) {
      if (i >= filled || (bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  int fields() {
    return fields;
  }

  /** The current line's number in the file, counted from 1. */
  long line() {
    return line;
  }

  /** Bytes of the current line, its end not among them. */
  int bytes() {
    return fields == 0 ? 0 : bounds[2 * fields - 1];
  }

  private int from(int field) {
    return start + bounds[2 * field];
  }

  private int to(int field) {
    return start + bounds[2 * field + 1];
  }

  /** Bytes of a field; 0 where the line is too short to have it. */
  int length(int field) {
    return field >= fields ? 0 : bounds[2 * field + 1] - bounds[2 * field];
  }

  boolean isEmpty(int field) {
    return length(field) == 0;
  }

  /** Whether a field's bytes are these. */
  boolean is(int field, byte[] text) {
    return field < fields && Arrays.equals(bytes, from(field), to(field), text, 0, text.length);
  }

  /** Whether a field begins with a letter and so is no number. */
  boolean startsWithLetter(int field) {
    return !isEmpty(field) && Character.isLetter(bytes[from(field)]);
  }

  /** Digits after a field's point; 0 where it has none. */
  int decimals(int field) {
    for (int i = 0; i < length(field); i++) {
      if (bytes[to(field) - 1 - i] == '.') {
        return i;
      }
    }
    return 0;
  }

  String text(int field) {
    return isEmpty(field)
        ? ""
        : new String(bytes, from(field), length(field), StandardCharsets.UTF_8);
  }

  /**
   * The number that a field is.
   *
   * @throws NumberFormatException if it is none
   */
  double number(int field) {
    return DecimalText.parse(bytes, from(field), to(field));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
