package perseus.recording;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The rows of one log, column by column in the order asked for, and what was wrong with them. A row
 * that cannot be read is refused, unless it is the last: then the run was killed while writing it.
 */
final class CsvRows implements Closeable {
  /** Logs quote nothing, and a stray quote must not swallow the lines after it. */
  private static final char NO_QUOTE = '\uFFFF';

  private final Path file;
  private final String[] columns;
  private final int[] positions;
  private final CsvReader<CsvRow> reader;
  private final Iterator<CsvRow> records;
  private final Map<String, Fault> faults = new LinkedHashMap<>();
  private CsvRow row;

  /** Decimals in each column of the first row. */
  private int[] usualDecimals;

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
      reader =
          CsvReader.builder()
              .quoteCharacter(NO_QUOTE)
              .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
              .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
              .build(
                  new CsvRow.Filler(),
                  new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8));
      records = reader.iterator();
      if (!records.hasNext()) {
        throw new InputException(file + " is empty.");
      }
      readHeader(records.next());
    } catch (NoSuchFileException e) {
      throw new InputException(file + " does not exist.", e);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    } catch (UncheckedIOException | CsvParseException e) {
      throw unreadable(e);
    }
  }

  private void readHeader(CsvRow header) {
    for (int c = 0; c < columns.length; c++) {
      positions[c] = -1;
      for (int i = 0; i < header.fields(); i++) {
        String name = header.text(i).replace("\uFEFF", "").trim();
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
        if (isHeader()) {
          fault(Warning.Kind.REPAIRED, "is a second header; skipped");
        } else {
          if (usualDecimals == null) {
            usualDecimals = IntStream.of(positions).map(row::decimals).toArray();
          }
          return true;
        }
      }
      return false;
    } catch (UncheckedIOException | CsvParseException e) {
      throw unreadable(e);
    }
  }

  private InputException unreadable(RuntimeException e) {
    String reason =
        e.getCause() instanceof IOException cause
            ? AtomicFiles.reason(cause)
            : "it does not consist of lines of text";
    return new InputException(file + " cannot be read: " + reason + ".", e);
  }

  private boolean isHeader() {
    return row.startsWithLetter(positions[0])
        && row.length(positions[0]) == columns[0].length()
        && text(0).equalsIgnoreCase(columns[0]);
  }

  /** The text in column {@code c}, trimmed; empty where the row is too short. */
  String text(int c) {
    return row.text(positions[c]);
  }

  /** Whether column {@code c} is {@code text}. */
  boolean is(int c, String text) {
    return row.is(positions[c], text);
  }

  /**
   * The number in column {@code c}; NaN where it is empty, {@code nan} or missing from the row.
   *
   * @throws InputException if it is no number and this is not the file's last row
   */
  double number(int c) {
    if (row.isEmpty(positions[c])) {
      return Double.NaN;
    }
    try {
      return row.number(positions[c]);
    } catch (NumberFormatException e) {
      String text = text(c);
      String lower = text.toLowerCase(Locale.ROOT);
      if (lower.equals("nan") || lower.equals("null") || lower.equals("none") || isLast()) {
        return Double.NaN;
      }
      throw new InputException(
          file + ", line " + line() + ", column " + columns[c] + ": \"" + text + "\" is no number.",
          e);
    }
  }

  /**
   * Whether the row is cut: it is the file's last and lacks a column, or has no line end and fewer
   * decimals than the first row.
   */
  boolean isCut() {
    return isLast() && (isIncomplete() || (hasFewerDecimals() && !endsWithNewline()));
  }

  private boolean isIncomplete() {
    for (int position : positions) {
      if (row.isEmpty(position)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasFewerDecimals() {
    for (int c = 0; c < positions.length; c++) {
      if (row.decimals(positions[c]) < usualDecimals[c]) {
        return true;
      }
    }
    return false;
  }

  private boolean endsWithNewline() {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.position(Math.max(0, channel.size() - 1)).read(last);
      return last.get(0) == '\n' || last.get(0) == '\r';
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }

  boolean isLast() {
    return !records.hasNext();
  }

  /** Line of the current row, counted from 1. */
  long line() {
    return row.line();
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

  /** Hands over one warning about {@code rank} for each kind of fault. */
  void report(int rank, Warnings warnings) {
    faults.forEach(
        (what, fault) ->
            warnings.add(
                new Warning(
                    fault.kind,
                    columns[0] + what,
                    rank,
                    fault.count,
                    fault.count,
                    "%s, line %d: %s%s"
                        .formatted(
                            file,
                            fault.firstLine,
                            what,
                            fault.count == 1 ? "." : " (and " + (fault.count - 1) + " more)."))));
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }
}
