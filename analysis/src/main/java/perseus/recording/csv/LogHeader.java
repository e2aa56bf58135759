package perseus.recording.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import perseus.io.CsvChecks;
import perseus.io.TextFiles;
import perseus.io.UserError;

/**
 * Holds the positions of the columns of a CSV log, from its header line.
 *
 * @param columns names of the read columns, in the order of the caller
 * @param positions index of each read column in a line of the log
 * @param width number of fields in the header line
 */
record LogHeader(String[] columns, int[] positions, int width) {

  /**
   * Reads the header, which is the first line of a log. The column names may be in any order, and
   * in upper or lower case. The header of a log may contain columns that are not read.
   *
   * @param file path of the log, for error messages
   * @param lines lines of the log, of which none was read yet
   * @param optional name of a column that the log may lack; null if there is none. An existing
   *     optional column becomes the last column of the result.
   * @throws UserError if the file is compressed, in UTF-16 or empty, lacks a required column, or
   *     has two columns of the same name
   */
  static LogHeader read(Path file, LogLines lines, String optional, String... required)
      throws IOException {
    TextFiles.requireText(file, lines.start(TextFiles.LONGEST_START));
    if (!lines.advance()) {
      throw new UserError(file + " is empty.");
    }
    List<String> fields = IntStream.range(0, lines.fields()).mapToObj(lines::text).toList();
    CsvChecks.requireCommas(file, lines.line(), fields);
    String[] columns = required;
    if (optional != null && position(file, fields, optional) >= 0) {
      columns = Arrays.copyOf(required, required.length + 1);
      columns[required.length] = optional;
    }
    int[] positions = new int[columns.length];
    for (int c = 0; c < columns.length; c++) {
      positions[c] = position(file, fields, columns[c]);
      if (positions[c] < 0) {
        throw new UserError(
            "%s, line %d: the header has no column \"%s\"; it should be %s."
                .formatted(file, lines.line(), columns[c], String.join(",", required)));
      }
    }
    return new LogHeader(columns, positions, fields.size());
  }

  /**
   * Returns the index of a column in the header line; -1 if the column is missing.
   *
   * @throws UserError if two columns have the same name
   */
  private static int position(Path file, List<String> fields, String column) {
    int position = -1;
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).replace("\uFEFF", "").replace("\"", "").trim();
      if (name.equalsIgnoreCase(column)) {
        if (position >= 0) {
          throw new UserError("%s has two columns '%s' in its header.".formatted(file, column));
        }
        position = i;
      }
    }
    return position;
  }
}
