package perseus.recording;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import java.util.Arrays;

/**
 * The characters of one row. Two of them take turns while a log is read, for one row may be looked
 * at ahead; no text is made of fields that are numbers.
 */
final class CsvRow {
  private char[] characters = new char[128];
  private int[] ends = new int[8];
  private int fields;
  private long line;

  /** Fills rows in turn. */
  static final class Filler extends AbstractBaseCsvCallbackHandler<CsvRow> {
    private CsvRow filling = new CsvRow();
    private CsvRow other = new CsvRow();

    @Override
    protected void handleBegin(long startingLineNumber) {
      filling.fields = 0;
      filling.line = startingLineNumber;
    }

    @Override
    protected void handleField(int field, char[] buffer, int offset, int length, boolean quoted) {
      filling.add(buffer, offset, length);
    }

    @Override
    protected CsvRow buildRecord() {
      CsvRow filled = filling;
      filling = other;
      other = filled;
      return filled;
    }
  }

  /** Adds a field without the blanks around it. */
  private void add(char[] buffer, int offset, int length) {
    int from = offset;
    int to = offset + length;
    while (from < to && buffer[from] <= ' ') {
      from++;
    }
    while (from < to && buffer[to - 1] <= ' ') {
      to--;
    }
    int start = start(fields);
    int end = start + to - from;
    if (end > characters.length) {
      characters = Arrays.copyOf(characters, 2 * end);
    }
    if (fields == ends.length) {
      ends = Arrays.copyOf(ends, 2 * fields);
    }
    System.arraycopy(buffer, from, characters, start, to - from);
    ends[fields++] = end;
  }

  private int start(int field) {
    return field == 0 ? 0 : ends[field - 1];
  }

  int fields() {
    return fields;
  }

  /** Its line in the file, counted from 1. */
  long line() {
    return line;
  }

  /** Characters of a field; 0 where the row is too short to have it. */
  int length(int field) {
    return field >= fields ? 0 : ends[field] - start(field);
  }

  boolean isEmpty(int field) {
    return length(field) == 0;
  }

  boolean is(int field, String text) {
    if (length(field) != text.length()) {
      return false;
    }
    int from = text.isEmpty() ? 0 : start(field);
    for (int i = 0; i < text.length(); i++) {
      if (characters[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a field begins with a letter and so is no number. */
  boolean startsWithLetter(int field) {
    return !isEmpty(field) && Character.isLetter(characters[start(field)]);
  }

  /** Digits after a field's point; 0 where it has none. */
  int decimals(int field) {
    for (int i = 0; i < length(field); i++) {
      if (characters[ends[field] - 1 - i] == '.') {
        return i;
      }
    }
    return 0;
  }

  String text(int field) {
    return isEmpty(field) ? "" : new String(characters, start(field), length(field));
  }

  /**
   * The number that a field is.
   *
   * @throws NumberFormatException if it is none
   */
  double number(int field) {
    return DecimalText.parse(characters, start(field), ends[field]);
  }
}
