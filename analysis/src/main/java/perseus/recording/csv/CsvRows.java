package perseus.recording.csv;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.recording.log.Warning;
import perseus.recording.log.Warnings;

/**
 * The rows of one log, column by column in the order asked for, and what was wrong with them. A row
 * that cannot be read is refused, unless it is the last: then the run was killed while writing it.
 */
final class CsvRows implements Closeable {
  /** What programs write where there is no number, or none that is finite. */
  private static final Set<String> NO_VALUE =
      Set.of("nan", "-nan", "null", "none", "na", "n/a", "inf", "-inf", "infinity", "-infinity");

  /** No recording is from after the year 5138; present times in milliseconds are. */
  private static final double LATEST_SECONDS = 1e11;

  private final Path file;
  private final String[] columns;
  private final int[] positions;
  private final LogLines lines;
  private final int width;
  private final Map<String, Fault> faults = new LinkedHashMap<>();

  /** Decimals in each column of the first lines. */
  private int[] usualDecimals;

  /** How often a fault occurred and where first. */
  private record Fault(Warning.Kind kind, long firstLine, long count) {}

  /**
   * Opens {@code file}, whose header must name {@code columns}.
   *
   * @throws UserError if it is missing, empty or has another header
   */
  CsvRows(Path file, String... columns) {
    this.file = file;
    this.columns = columns;
    this.positions = new int[columns.length];
    LogLines opened = null;
    try {
      opened = new LogLines(file);
      refuseWhatIsNoText(opened);
      if (!opened.advance()) {
        throw new UserError(file + " is empty.");
      }
      readHeader(opened);
      lines = opened;
      width = opened.fields();
      opened = null;
    } catch (IOException e) {
      throw unreadable(e);
    } finally {
      close(opened);
    }
  }

  private void refuseWhatIsNoText(LogLines opened) throws IOException {
    if (opened.startsWith(0x1f, 0x8b) || opened.startsWith(0x28, 0xb5, 0x2f, 0xfd)) {
      throw new UserError(file + " is compressed; unpack it first.");
    }
    if (opened.startsWith(0xff, 0xfe) || opened.startsWith(0xfe, 0xff)) {
      throw new UserError(file + " is text in UTF-16; save it in UTF-8.");
    }
  }

  private void readHeader(LogLines header) {
    if (header.fields() == 1) {
      for (String separator : List.of(";", "\t")) {
        if (header.text(0).contains(separator)) {
          throw new UserError(
              "%s, line %d: fields are separated by %s, not by commas."
                  .formatted(file, header.line(), separator.equals(";") ? "semicolons" : "tabs"));
        }
      }
    }
    for (int c = 0; c < columns.length; c++) {
      positions[c] = -1;
      for (int i = 0; i < header.fields(); i++) {
        String name = header.text(i).replace("\uFEFF", "").replace("\"", "").trim();
        if (name.equalsIgnoreCase(columns[c])) {
          positions[c] = i;
        }
      }
      if (positions[c] < 0) {
        throw new UserError(
            "%s, line %d: there is no column \"%s\"; the header should be %s."
                .formatted(file, header.line(), columns[c], String.join(",", columns)));
      }
    }
  }

  /** Moves to the next row; false at the end. Skips a second header. */
  boolean next() {
    try {
      while (lines.advance()) {
        if (isHeader()) {
          fault(Warning.Kind.REPAIRED, "is a second header; skipped");
        } else {
          if (usualDecimals == null) {
            usualDecimals = IntStream.of(positions).map(lines::decimals).toArray();
          }
          if (lines.fields() > width) {
            refuseMoreFields();
          }
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Fields without a name would be passed over, and numbers with decimal commas cut. */
  private void refuseMoreFields() {
    for (int i = width; i < lines.fields(); i++) {
      if (!lines.isEmpty(i)) {
        throw new UserError(
            "%s, line %d has %d fields, but the header names %d columns; is it two lines in one, or are there decimal commas?"
                .formatted(file, line(), lines.fields(), width));
      }
    }
  }

  private UserError unreadable(IOException e) {
    if (e instanceof NoSuchFileException) {
      return new UserError(file + " does not exist.", e);
    }
    return new UserError(file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
  }

  private boolean isHeader() {
    return lines.startsWithLetter(positions[0])
        && lines.length(positions[0]) == columns[0].length()
        && text(0).equalsIgnoreCase(columns[0]);
  }

  /** The text in column {@code c}, trimmed; empty where the row is too short. */
  String text(int c) {
    return lines.text(positions[c]);
  }

  /** Whether column {@code c} consists of these bytes. */
  boolean is(int c, byte[] text) {
    return lines.is(positions[c], text);
  }

  /**
   * The number in column {@code c}; NaN where it is empty, {@code nan} or missing from the lines.
   *
   * @throws UserError if it is no number and this is not the file's last row
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
          file + ", line " + line() + ", column " + columns[c] + ": \"" + text + "\" is no number.",
          e);
    }
  }

  /**
   * The time in epoch seconds in column {@code c}; NaN as for {@link #number}.
   *
   * @throws UserError if it is no number, or seems to be in another unit
   */
  double time(int c) {
    double time = number(c);
    if (time >= LATEST_SECONDS && !Double.isInfinite(time)) {
      throw new UserError(
          "%s, line %d, column %s: %s is no time in epoch seconds%s."
              .formatted(file, line(), columns[c], text(c), unit(time)));
    }
    return time;
  }

  private static String unit(double time) {
    if (time < 1e3 * LATEST_SECONDS) {
      return "; it seems to be in milliseconds";
    }
    if (time < 1e6 * LATEST_SECONDS) {
      return "; it seems to be in microseconds";
    }
    return time < 1e9 * LATEST_SECONDS ? "; it seems to be in nanoseconds" : "";
  }

  /**
   * Whether the row is cut: it is the file's last and lacks a column, or has no line end and fewer
   * decimals than the first lines.
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
      throw new UserError(file + " cannot be read: " + AtomicFiles.reason(e) + ".", e);
    }
  }

  boolean isLast() {
    try {
      return !lines.hasMore();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Line of the current row, counted from 1. */
  long line() {
    return lines.line();
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

  /** What was wrong first, to be added to the sentence that refuses the file; else empty. */
  String firstFault() {
    return faults.entrySet().stream()
        .findFirst()
        .map(e -> " Line %d: %s.".formatted(e.getValue().firstLine, e.getKey()))
        .orElse("");
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

  /**
   * About how many rows the file has, from its size and this row's: to make room for at once.
   *
   * @throws UserError if its size cannot be told
   */
  int expectedRows() {
    try {
      return (int) Math.min(1 << 28, 16 + Files.size(file) / Math.max(4, lines.bytes()));
    } catch (IOException e) {
      throw unreadable(e);
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
        throw unreadable(e);
      }
    }
  }
}
