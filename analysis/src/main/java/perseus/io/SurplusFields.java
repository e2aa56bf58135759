package perseus.io;

import java.nio.file.Path;
import org.apache.commons.csv.CSVRecord;

/** Fields that the header has no name for: numbers with decimal commas come to more of them. */
public final class SurplusFields {
  private SurplusFields() {}

  /**
   * Refuses a record with more fields than columns; blank ones do no harm.
   *
   * @param line of the record, from 1
   * @param columns that the header names
   * @throws UserError if it has more
   */
  public static void refuse(Path csv, long line, CSVRecord record, int columns) {
    for (int i = columns; i < record.size(); i++) {
      if (!record.get(i).isBlank()) {
        throw new UserError(
            "%s line %d: it has %d fields, but the header names %d columns; decimals need a point (0.5), not a comma."
                .formatted(csv, line, record.size(), columns));
      }
    }
  }
}
