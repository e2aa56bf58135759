package perseus.recording.csv;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import perseus.io.AtomicFiles;
import perseus.io.CsvChecks;
import perseus.io.UserError;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * Reads the rows of a CSV file one by one, and collects the problems of the rows.
 *
 * <p>A text in place of a number is an error, except in the last line. A wrong number in the last
 * line counts as unknown, because the run was probably killed while it wrote the line. The caller
 * of the constructor names the columns that it reads. The columns are numbered from 0 in the order
 * in which the caller named them.
 */
final class CsvRows implements Closeable {
  /** Words that programs write for an unknown or infinite number. */
  private static final Set<String> NO_VALUE =
      Set.of("nan", "-nan", "null", "none", "na", "n/a", "inf", "-inf", "infinity", "-infinity");

  /**
   * Maximum Unix time in seconds, which is in the year 5138. A number above the maximum is a Unix
   * time in milliseconds or in a smaller unit.
   */
  private static final double MAX_EPOCH_SECONDS = 1e11;

  private final Path file;
  private final String[] columns;
  private final int[] positions;
  private final int width;
  private final LogLines lines;
  private final RowFaults faults;

  /**
   * Number of digits after the decimal point in each column of the first row; null before the first
   * row.
   */
  private int[] usualDecimals;

  /**
   * Opens a CSV log and reads its header.
   *
   * @throws UserError if the file is missing or empty, is compressed or in UTF-16, or lacks a
   *     column
   */
  CsvRows(Path file, String... columns) {
    this(null, file, columns);
  }

  private CsvRows(String optional, Path file, String... required) {
    this.file = file;
    faults = new RowFaults(file, required[0]);
    LogLines opened = null;
    try {
      opened = new LogLines(file);
      LogHeader header = LogHeader.read(file, opened, optional, required);
      columns = header.columns();
      positions = header.positions();
      width = header.width();
      lines = opened;
      opened = null;
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    } finally {
      close(opened);
    }
  }

  /**
   * Opens a CSV log that may lack one column ({@link #has}). The optional column is numbered after
   * the required columns.
   */
  static CsvRows withOptional(Path file, String optional, String... required) {
    return new CsvRows(optional, file, required);
  }

  boolean has(int c) {
    return c < columns.length;
  }

  /**
   * Moves to the next row, and skips lines that repeat the header; returns false after the last
   * row.
   */
  boolean next() {
    try {
      while (lines.advance()) {
        if (isHeader()) {
          fault(Warning.Kind.REPAIRED, "the line is a second header; it is skipped");
        } else {
          if (usualDecimals == null) {
            usualDecimals = IntStream.of(positions).map(lines::decimals).toArray();
          }
          if (lines.fields() > width) {
            CsvChecks.refuseSurplusFields(file, line(), lines.fields(), width, lines::isEmpty);
          }
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    }
  }

  private boolean isHeader() {
    return lines.startsWithLetter(positions[0])
        && lines.length(positions[0]) == columns[0].length()
        && text(0).equalsIgnoreCase(columns[0]);
  }

  /**
   * Returns the text in column {@code c} of the current row, without blanks around it; empty if the
   * row has too few fields.
   */
  String text(int c) {
    return lines.text(positions[c]);
  }

  /**
   * Returns whether column {@code c} of the current row consists of exactly the bytes {@code text}.
   */
  boolean is(int c, byte[] text) {
    return lines.is(positions[c], text);
  }

  /**
   * Returns the number in column {@code c} of the current row. Returns NaN if the field is empty,
   * missing, or a word for an unknown or infinite number.
   *
   * @throws UserError if the field contains text that is not a number, except in the last row of
   *     the file
   */
  double number(int c) {
    if (lines.isEmpty(positions[c])) {
      return Double.NaN;
    }
    try {
      return lines.number(positions[c]);
    } catch (NumberFormatException e) {
      String text = text(c);
      String lower = text.toLowerCase(Locale.ROOT);
      if (NO_VALUE.contains(lower) || isLast()) {
        return Double.NaN;
      }
      throw new UserError(
          "%s, line %d, column %s: \"%s\" is not a number."
              .formatted(file, line(), columns[c], text),
          e);
    }
  }

  /**
   * Returns the Unix time in seconds in column {@code c} of the current row. Returns NaN if {@link
   * #number} returns NaN for the column.
   *
   * @throws UserError if the field is not a number, or the time seems to have another unit than
   *     seconds
   */
  double time(int c) {
    double time = number(c);
    if (time >= MAX_EPOCH_SECONDS && !Double.isInfinite(time)) {
      throw new UserError(
          "%s, line %d, column %s: %s is not a time in epoch seconds%s."
              .formatted(file, line(), columns[c], text(c), unit(time)));
    }
    return time;
  }

  private static String unit(double time) {
    if (time < 1e3 * MAX_EPOCH_SECONDS) {
      return "; it seems to be in milliseconds";
    }
    if (time < 1e6 * MAX_EPOCH_SECONDS) {
      return "; it seems to be in microseconds";
    }
    return time < 1e9 * MAX_EPOCH_SECONDS ? "; it seems to be in nanoseconds" : "";
  }

  /**
   * Returns whether the current row was cut off while it was written. Only the last row of a log
   * can be cut off. A row without one of its columns is cut off. A row without a line end is also
   * cut off if a number has fewer decimals than in the first row.
   */
  boolean isCut() {
    return isLast() && (isIncomplete() || (hasFewerDecimals() && !endsWithNewline()));
  }

  private boolean isIncomplete() {
    for (int position : positions) {
      if (lines.isEmpty(position)) {
        return true;
      }
    }
    return false;
  }

  private boolean hasFewerDecimals() {
    for (int c = 0; c < positions.length; c++) {
      if (lines.decimals(positions[c]) < usualDecimals[c]) {
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
      throw AtomicFiles.unreadable(file, e);
    }
  }

  boolean isLast() {
    try {
      return !lines.hasMore();
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    }
  }

  /** Returns the line number of the current row, counted from 1. */
  long line() {
    return lines.line();
  }

  Path file() {
    return file;
  }

  RowFaults faults() {
    return faults;
  }

  /**
   * Adds a problem of the current row to the collected problems.
   *
   * @param problem text about the problem, without a full stop ({@link RowFaults#add})
   */
  void fault(Warning.Kind kind, String problem) {
    faults.add(kind, problem, line());
  }

  /** Adds one warning about {@code rank} for each sort of problem in the rows. */
  void report(int rank, Warnings warnings) {
    faults.report(rank, warnings);
  }

  /**
   * Estimates the number of rows from the sizes of the file and of the current row in bytes. The
   * log readers allocate their arrays for the estimated number of rows.
   *
   * @throws UserError if the size of the file cannot be read
   */
  int expectedRows() {
    try {
      return (int) Math.min(1 << 28, 16 + Files.size(file) / Math.max(4, lines.bytes()));
    } catch (IOException e) {
      throw AtomicFiles.unreadable(file, e);
    }
  }

  @Override
  public void close() {
    close(lines);
  }

  private void close(LogLines opened) {
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException e) {
        throw AtomicFiles.unreadable(file, e);
      }
    }
  }
}
