package perseus.recording;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The rows of one log, column by column in the order asked for, and what was wrong with them. A row
 * that cannot be read is refused, unless it is the last: then the run was killed while writing it.
 */
final class CsvRows implements Closeable {
  private final Path file;
  private final String[] columns;
  private final int[] positions;
  private final CSVParser parser;
  private final Iterator<CSVRecord> records;
  private final Map<String, Fault> faults = new LinkedHashMap<>();
  private CSVRecord row;
  private long line;

  /** How often a fault occurred and where first. */
  private record Fault(Warning.Kind kind, long firstLine, long count) {}

  /**
   * Opens {@code file}, whose header must name {@code columns}.
   *
   * @throws InputException if it is missing, empty or has another header
   */
  CsvRows(Path file, String... columns) {
    this.file = file;
    this.columns = columns;
    this.positions = new int[columns.length];
    try {
      parser =
          CSVParser.parse(
              new BufferedReader(
                  new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8)),
              CSVFormat.DEFAULT.builder().setQuote(null).setIgnoreEmptyLines(true).get());
      records = parser.iterator();
      if (!records.hasNext()) {
        throw new InputException(file + " is empty.");
      }
      readHeader(records.next());
    } catch (NoSuchFileException e) {
      throw new InputException(file + " does not exist.", e);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    } catch (UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  private void readHeader(CSVRecord header) {
    for (int c = 0; c < columns.length; c++) {
      positions[c] = -1;
      for (int i = 0; i < header.size(); i++) {
        String name = header.get(i).replace("\uFEFF", "").trim();
        if (name.equalsIgnoreCase(columns[c])) {
          positions[c] = i;
        }
      }
      if (positions[c] < 0) {
        throw new InputException(
            file
                + ", line 1: there is no column \""
                + columns[c]
                + "\"; the header should be "
                + String.join(",", columns)
                + ".");
      }
    }
  }

  /** Moves to the next row; false at the end. Skips a second header. */
  boolean next() {
    try {
      while (records.hasNext()) {
        row = records.next();
        line = parser.getCurrentLineNumber();
        if (isHeader()) {
          fault(Warning.Kind.REPAIRED, "is a second header; skipped");
        } else {
          return true;
        }
      }
      return false;
    } catch (UncheckedIOException e) {
      throw unreadable(e);
    }
  }

  private InputException unreadable(UncheckedIOException e) {
    return new InputException(
        file + " cannot be read: " + AtomicFiles.reason(e.getCause()) + ".", e);
  }

  private boolean isHeader() {
    if (positions[0] >= row.size()) {
      return false;
    }
    char first = row.get(positions[0]).isEmpty() ? '0' : row.get(positions[0]).charAt(0);
    return Character.isLetter(first) && row.get(positions[0]).trim().equalsIgnoreCase(columns[0]);
  }

  /** The text in column {@code c}, trimmed; empty where the row is too short. */
  String text(int c) {
    return positions[c] < row.size() ? row.get(positions[c]).trim() : "";
  }

  /**
   * The number in column {@code c}; NaN where it is empty, {@code nan} or missing from the row.
   *
   * @throws InputException if it is no number and this is not the file's last row
   */
  double number(int c) {
    String text = text(c);
    if (text.isEmpty()) {
      return Double.NaN;
    }
    try {
      return DecimalText.parse(text);
    } catch (NumberFormatException e) {
      String lower = text.toLowerCase(Locale.ROOT);
      if (lower.equals("nan") || lower.equals("null") || lower.equals("none") || isLast()) {
        return Double.NaN;
      }
      throw new InputException(
          file + ", line " + line() + ", column " + columns[c] + ": \"" + text + "\" is no number.",
          e);
    }
  }

  /** Whether the row is cut: it lacks columns and is the file's last. */
  boolean isCut() {
    return !isWhole() && isLast();
  }

  private boolean isWhole() {
    for (int c = 0; c < columns.length; c++) {
      if (text(c).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  boolean isLast() {
    return !records.hasNext();
  }

  /** Line of the current row, counted from 1. */
  long line() {
    return line;
  }

  Path file() {
    return file;
  }

  /** Notes what is wrong with the current row and what is done: "is ...; left out". */
  void fault(Warning.Kind kind, String what) {
    fault(kind, what, line());
  }

  void fault(Warning.Kind kind, String what, long line) {
    Fault before = faults.get(what);
    faults.put(
        what,
        before == null
            ? new Fault(kind, line, 1)
            : new Fault(kind, Math.min(before.firstLine, line), before.count + 1));
  }

  /** Hands over one warning for each kind of fault. */
  void report(Warnings warnings) {
    faults.forEach(
        (what, fault) ->
            warnings.add(
                new Warning(
                    fault.kind,
                    file
                        + ", line "
                        + fault.firstLine
                        + ": "
                        + what
                        + (fault.count == 1 ? "." : " (and " + (fault.count - 1) + " more)."))));
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }
}
