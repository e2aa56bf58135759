package perseus.recording.csv;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the lines of a log and splits them at commas, without creating strings. Creating strings
 * would take much time, because a log may have millions of lines. The bytes of a field suffice to
 * parse a number or to compare a name.
 *
 * <p>Lines end with LF, CRLF or CR. Empty lines are skipped, but they are counted in the line
 * numbers. Blanks around a field, and one pair of quotes around a field, are removed. A comma
 * between quotes separates two fields like any other comma.
 */
final class LogLines implements Closeable {
  /** Maximum length of a log line in bytes; a file with a longer line is not a log. */
  private static final int MAX_LINE_BYTES = 1 << 20;

  private final InputStream in;
  private byte[] bytes = new byte[1 << 16];

  /** Index in {@code bytes} of the start of the current line. */
  private int start;

  /** Index in {@code bytes} from which the next line is searched. */
  private int next;

  /** Number of bytes of the file that {@code bytes} currently holds. */
  private int filled;

  private boolean exhausted;

  /** Start and end of each field of the current line, relative to the start of the line. */
  private int[] bounds = new int[16];

  private int fields;
  private long line;

  /** Number of line ends in the file before {@code bytes[next]}. */
  private long passed;

  LogLines(Path file) throws IOException {
    in = Files.newInputStream(file);
  }

  /** Moves to the next line that is not empty; returns false at the end of the file. */
  boolean advance() throws IOException {
    if (!hasMore()) {
      return false;
    }
    start = next;
    line = passed + 1;
    split();
    return true;
  }

  /** Skips empty lines and returns whether the file has a further line that is not empty. */
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

  /**
   * Finds the fields of the line that starts at {@code start}, and sets {@code next} to the end of
   * the line.
   */
  private void split() throws IOException {
    fields = 0;
    int from = 0;
    int at = 0;
    while (true) {
      int i = start + at;
      int end = filled;
      while (i < end) {
        // Commas and line ends have codes below the code of '-', but digits, points and
        // letters have codes above it. Eight bytes with codes of at least '-' contain no
        // comma and no line end, and are skipped in one step.
        if (i + EightBytes.LENGTH <= end) {
          int skipped = EightBytes.countBeforeBelow(EightBytes.at(bytes, i), '-');
          i += skipped;
          if (skipped == EightBytes.LENGTH) {
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

  /**
   * Returns whether a byte is a blank or a control character. Control characters are removed,
   * because a log may end with zero bytes after a power failure.
   */
  private static boolean isBlank(byte b) {
    return b >= 0 && b <= ' ';
  }

  /**
   * Reads more bytes and keeps the bytes of the current line; returns false at the end of the file.
   */
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
      if (filled >= MAX_LINE_BYTES) {
        throw new IOException("it does not consist of lines of text");
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

  /**
   * Returns the first {@code length} bytes of the file, or all bytes of a shorter file. The method
   * {@code start} must be called before the first line is read.
   */
  byte[] start(int length) throws IOException {
    while (filled < length && fill()) {}
    return Arrays.copyOf(bytes, Math.min(length, filled));
  }

  int fields() {
    return fields;
  }

  /** Returns the number of the current line in the file, counted from 1. */
  long line() {
    return line;
  }

  /** Returns the number of bytes in the current line, without the line end. */
  int bytes() {
    return fields == 0 ? 0 : bounds[2 * fields - 1];
  }

  private int from(int field) {
    return start + bounds[2 * field];
  }

  private int to(int field) {
    return start + bounds[2 * field + 1];
  }

  /**
   * Returns the number of bytes in a field of the current line; 0 if the line has no such field.
   */
  int length(int field) {
    return field >= fields ? 0 : bounds[2 * field + 1] - bounds[2 * field];
  }

  boolean isEmpty(int field) {
    return length(field) == 0;
  }

  /** Returns whether a field of the current line consists of exactly the bytes {@code text}. */
  boolean is(int field, byte[] text) {
    return field < fields && Arrays.equals(bytes, from(field), to(field), text, 0, text.length);
  }

  /** Returns whether a field begins with a letter and is therefore not a number. */
  boolean startsWithLetter(int field) {
    return !isEmpty(field) && Character.isLetter(bytes[from(field)]);
  }

  /**
   * Returns the number of digits after the decimal point of a field; 0 if the field has no point.
   */
  int decimals(int field) {
    for (int i = 0; i < length(field); i++) {
      if (bytes[to(field) - 1 - i] == '.') {
        return i;
      }
    }
    return 0;
  }

  /** Returns the text of a field of the current line; empty if the line has no such field. */
  String text(int field) {
    return isEmpty(field)
        ? ""
        : new String(bytes, from(field), length(field), StandardCharsets.UTF_8);
  }

  /**
   * Returns the number in a field of the current line.
   *
   * @throws NumberFormatException if the field is not a decimal number
   */
  double number(int field) {
    return DecimalText.parse(bytes, from(field), to(field));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
