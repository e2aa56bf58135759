package perseus.planfile;

import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * Writes {@code frontier.csv}. The file contains the time and the energy of each plan of a
 * directory. The file also contains the lower bound on the energy of any plan with the same time.
 */
final class FrontierFile {
  static final String NAME = "frontier.csv";

  /**
   * Number of digits with which times and energies are written to plan files and {@code
   * frontier.csv}. Rounding to ten digits hides rounding errors that depend on the order in which a
   * sum is computed.
   */
  static final MathContext DIGITS = new MathContext(10);

  private FrontierFile() {}

  /** Writes the file. */
  static void write(PlanCatalog catalog, BufferedWriter out) throws IOException {
    List<String> header = new ArrayList<>(List.of("time_s", "energy_j", "lower_bound_j", "plan"));
    if (catalog.simulated()) {
      header.add("simulated");
    }
    CSVFormat format =
        CSVFormat.DEFAULT
            .builder()
            .setHeader(header.toArray(String[]::new))
            .setRecordSeparator("\n")
            .get();
    try (CSVPrinter printer = format.print(out)) {
      for (PlanCatalog.Entry entry : catalog.plans()) {
        List<Object> fields =
            new ArrayList<>(
                List.of(
                    digits(entry.timeS()),
                    digits(entry.energyJ()),
                    digits(entry.lowerBoundJ()),
                    Path.of(entry.file()).getFileName()));
        if (catalog.simulated()) {
          fields.add(true);
        }
        printer.printRecord(fields);
      }
    }
  }

  static String digits(double value) {
    return new BigDecimal(value, DIGITS).toPlainString();
  }
}
