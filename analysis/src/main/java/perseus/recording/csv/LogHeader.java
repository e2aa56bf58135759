package perseus.recording.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import perseus.io.CsvChecks;
import perseus.io.UserError;

/**
 * Holds the position of each column in the lines of a CSV log; the positions are read from the
 * header line of the log.
 *
 * @param columns names of the columns that are read, in the order in which the caller listed them
 * @param positions for each column in {@code columns}, the index of its field in a line of the log
 * @param width number of fields in the header line of the log
 */
record LogHeader(String[] columns, int[] positions, int width) {

  /**
   * Reads the header, which is the first line of the log. The names of the columns may be in any
   * order and in upper or lower case. The header may name further columns.
   *
   * @param file path of the log, which error messages name
   * @param lines lines of {@code file}; no line must have been read yet
   * @param optional name of a column that the log may lack; null if there is none. If the log has
   *     it, it is the last one of the columns.
   * @param required names of the columns that the log must have
   * @throws UserError if the file is compressed, in UTF-16 or empty, or lacks one of the required
   *     columns
   */
  static LogHeader read(Path file, LogLines lines, String optional, String... required)
      throws IOException {
    if (lines.startsWith(0x1f, 0x8b) || lines.startsWith(0x28, 0xb5, 0x2f, 0xfd)) {
      throw new UserError(file + " is compressed; unpack it first.");
    }
    if (lines.startsWith(0xff, 0xfe) || lines.startsWith(0xfe, 0xff)) {
      throw new UserError(file + " is text in UTF-16; save it in UTF-8.");
    }
    if (!lines.advance()) {
      throw new UserError(file + " is empty.");
    }
    List<String> fields = IntStream.range(0, lines.fields()).mapToObj(lines::text).toList();
    CsvChecks.requireCommas(file, lines.line(), fields);
    String[] columns = required;
    if (optional != null && position(fields, optional) >= 0) {
      columns = Arrays.copyOf(required, required.length + 1);
      columns[required.length] = optional;
    }
    int[] positions = new int[columns.length];
    for (int c = 0; c < columns.length; c++) {
      positions[c] = position(fields, columns[c]);
      if (positions[c] < 0) {
        throw new UserError(
            "%s, line %d: the header has no column \"%s\"; it should be %s."
                .formatted(file, lines.line(), columns[c], String.join(",", required)));
      }
    }
    return new LogHeader(columns, positions, fields.size());
  }

  /**
   * Returns the index of the last header field with the name {@code column}; -1 if no header field
   * has this name.
   */
  private static int position(List<String> fields, String column) {
    int position = -1;
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.get(i).replace("\uFEFF", "").replace("\"", "").trim();
      if (name.equalsIgnoreCase(column)) {
        position = i;
      }
    }
    return position;
  }
}
