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
 * would take much time, because a log may have millions of lines. The bytes of a field are enough
 * to parse a number or to compare a name.
 *
 * <p>Lines end with LF, CRLF or CR. Empty lines are skipped, but they are counted in the line
 * numbers. Blanks around a field and one pair of quotes around a field are removed. A comma between
 * quotes still separates two fields.
 */
final class LogLines implements Closeable {
  /**
   * Maximum length of a line of a log, in bytes. A file with a line longer than {@code
   * MAX_LINE_BYTES} is not a log.
   */
  private static final int MAX_LINE_BYTES = 1 << 20;

  private final InputStream in;
  private byte[] bytes = new byte[1 << 16];

  /** Index in {@code bytes} at which the current line starts. */
  private int start;

  /** Index in {@code bytes} from which the search for the next line starts. */
  private int next;

  /** Number of bytes of the file that {@code bytes} currently holds. */
  private int filled;

  private boolean exhausted;

  /**
   * Start index and end index of each field of the current line, relative to the start of the line.
   */
  private int[] bounds = new int[16];

  private int fields;
  private long line;

  /** Number of line ends in the file before the byte {@code bytes[next]}. */
  private long passed;

  LogLines(Path file) throws IOException {
    in = Files.newInputStream(file);
  }

  /** Moves to the next line that is not empty. Returns false if the end of the file is reached. */
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
        // Commas and line ends have codes below the code of '-'. Digits, points and letters have
        // codes above the code of '-'. Eight bytes contain no comma and no line end if all eight
        // codes are at least the code of '-'. Then one step skips all eight bytes.
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
   * Returns whether a byte is a blank or a control character. Control characters are removed like
   * blanks, because a log may end with zero bytes after a power failure.
   */
  private static boolean isBlank(byte b) {
    return b >= 0 && b <= ' ';
  }

  /**
   * Reads more bytes from the file and keeps the bytes of the current line. Returns false if the
   * end of the file is reached.
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
   * Returns the first {@code length} bytes of the file, or all bytes of a shorter file. Callers
   * must call {@code start} before they read the first line.
   */
  byte[] start(int length) throws IOException {
    while (filled < length && fill()) {}
    return Arrays.copyOf(bytes, Math.min(length, filled));
  }

  /** Returns the number of fields in the current line. */
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

  /** Returns whether a field begins with a letter, which means that the field is not a number. */
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
