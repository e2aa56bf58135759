package perseus.io;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;

/** Opens CSV files with a header. Blanks around fields and empty lines do not count. */
public final class CsvTable {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setTrim(true)
          .setIgnoreEmptyLines(true)
          .get();

  private CsvTable() {}

  /** Reads the header and the records of one file. */
  @FunctionalInterface
  public interface Records {
    void read(CSVParser parser) throws IOException;
  }

  /**
   * Opens a file, and lets {@code records} read it.
   *
   * @throws UserError if the file cannot be read, or is not a CSV file
   */
  public static void read(Path csv, Records records) {
    try (Reader in = Files.newBufferedReader(csv);
        CSVParser parser = FORMAT.parse(in)) {
      records.read(parser);
    } catch (CSVException | IllegalArgumentException e) {
      throw new UserError(csv + " is not a CSV file: " + e.getMessage() + ".", e);
    } catch (IOException e) {
      throw AtomicFiles.unreadable(csv, e);
    } catch (UncheckedIOException e) {
      throw AtomicFiles.unreadable(csv, e.getCause());
    }
  }
}
