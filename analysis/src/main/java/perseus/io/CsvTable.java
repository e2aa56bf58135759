package perseus.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/**
 * Reads CSV files whose first line names the columns. The class ignores blanks around fields, lines
 * without text and a byte order mark. The class refuses a file with another separator than commas,
 * with a repeated column name, or with surplus fields in a row.
 *
 * <p>Line numbers start at 1. Empty lines and line breaks in quoted fields are counted as lines.
 */
public final class CsvTable {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setIgnoreSurroundingSpaces(true)
          .setAllowMissingColumnNames(true)
          .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_ALL)
          .get();

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern LINE_BREAK = Pattern.compile("\r\n|\r|\n");

  /** Matches the number of the line in an error message of the CSV library. */
  private static final Pattern LINE = Pattern.compile("\\(startline ([0-9]+)\\)|at line: ([0-9]+)");

  private CsvTable() {}

  /** Reads the header and the rows of one file. */
  @FunctionalInterface
  public interface Body {
    /**
     * Reads the file.
     *
     * @param header names of the columns in their order; names may be blank
     * @param rows the rows of the file, from first to last; the object can be iterated only once
     */
    void read(List<String> header, Iterable<Row> rows);
  }

  /**
   * Holds one row of a file.
   *
   * @param line number of the line in which the row starts, from 1
   */
  public record Row(Path file, long line, CSVRecord fields) {
    /** Returns whether the file has the given column, and this row has a field in this column. */
    public boolean has(String column) {
      return fields.isSet(column);
    }

    /** Returns whether this row has a field in the given column, and the field is not blank. */
    public boolean isGiven(String column) {
      return has(column) && !fields.get(column).isBlank();
    }

    /**
     * Returns a field without blanks around it.
     *
     * @throws UserError if the row has no such field
     */
    public String text(String column) {
      return untrimmed(column).strip();
    }

    /**
     * Returns a field of this row. If the field is in quotes, the blanks within the quotes are
     * kept.
     *
     * @throws UserError if the row has no such field
     */
    public String untrimmed(String column) {
      if (!fields.isMapped(column)) {
        throw new UserError("%s has no column %s.".formatted(file, column));
      }
      if (!has(column)) {
        throw wrong(column, "is missing");
      }
      return fields.get(column);
    }

    /**
     * Returns the number in a field, which may be NaN.
     *
     * @throws UserError if the row has no such field, or if the field is not a decimal number
     */
    public double number(String column) {
      String text = text(column);
      if (text.equalsIgnoreCase("nan")) {
        return Double.NaN;
      }
      // Double.parseDouble alone would also accept texts such as 1f, 1d and 0x1p3.
      if (!NUMBER.matcher(text).matches()) {
        throw wrong(column, "is '%s', not a number".formatted(text));
      }
      return Double.parseDouble(text);
    }

    /**
     * Returns the number in a field. The number must be above 0 and finite.
     *
     * @throws UserError if the row has no such field, or if the field is not a finite number above
     *     0
     */
    public double positive(String column) {
      double value = number(column);
      if (!(value > 0 && Double.isFinite(value))) {
        throw wrong(column, "is '%s', not a number above 0".formatted(text(column)));
      }
      return value;
    }

    /** Returns the error for a wrong field. The error names the file, the line and the column. */
    public UserError wrong(String column, String problem) {
      return new UserError("%s, line %d: column '%s' %s.".formatted(file, line, column, problem));
    }
  }

  /**
   * Opens a file, and lets {@code body} read it.
   *
   * @throws UserError if the file cannot be read, is not a CSV file, or has no header
   */
  public static void read(Path csv, Body body) {
    try (CSVParser parser = FORMAT.parse(TextFiles.open(csv))) {
      List<String> header = parser.getHeaderNames();
      checkHeader(csv, header);
      body.read(header, () -> rows(csv, header.size(), parser));
    } catch (IOException e) {
      throw unreadable(csv, e);
    } catch (UncheckedIOException e) {
      throw unreadable(csv, e.getCause());
    }
  }

  private static void checkHeader(Path csv, List<String> header) {
    if (header.stream().allMatch(String::isBlank)) {
      throw new UserError(
          csv + " is empty; it needs a line with the names of the columns, and rows.");
    }
    CsvChecks.requireCommas(csv, 1, header);
    for (String column : header) {
      if (!column.isBlank() && Collections.frequency(header, column) > 1) {
        throw new UserError("%s has two columns '%s' in its first line.".formatted(csv, column));
      }
    }
  }

  private static Iterator<Row> rows(Path csv, int columns, CSVParser parser) {
    Iterator<CSVRecord> records = parser.iterator();
    return new Iterator<>() {
      private Row next;

      @Override
      public boolean hasNext() {
        while (next == null && records.hasNext()) {
          CSVRecord record = records.next();
          long line = parser.getCurrentLineNumber() - lineBreaks(record);
          if (!record.stream().allMatch(String::isBlank)) {
            CsvChecks.refuseSurplusFields(csv, line, record, columns);
            next = new Row(csv, line, record);
          }
        }
        return next != null;
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Row row = next;
        next = null;
        return row;
      }
    };
  }

  private static long lineBreaks(CSVRecord record) {
    return record.stream().mapToLong(field -> LINE_BREAK.matcher(field).results().count()).sum();
  }

  private static UserError unreadable(Path csv, IOException e) {
    Matcher line = LINE.matcher(String.valueOf(e.getMessage()));
    if (e instanceof FileSystemException || !line.find()) {
      return AtomicFiles.unreadable(csv, e);
    }
    boolean open = line.group(1) != null;
    return new UserError(
        "%s, line %s: %s."
            .formatted(
                csv,
                open ? line.group(1) : line.group(2),
                open
                    ? "a quote is never closed"
                    : "a quote is followed by other text than a comma"),
        e);
  }
}
