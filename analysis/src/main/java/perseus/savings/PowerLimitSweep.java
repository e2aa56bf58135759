package perseus.savings;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVRecord;
import perseus.io.CsvChecks;
import perseus.io.CsvTable;
import perseus.io.UserError;

/**
 * Reads a table of iterations that were measured under different power limits of the GPUs. The
 * table has the format of the project Zeus.
 *
 * <p>The table of measured iterations is a CSV file with the columns {@code time} in seconds,
 * {@code energy} in joules, and {@code power_limit_R} in watts for each rank R. A table may contain
 * several jobs, which differ in columns such as {@code model_name} and {@code num_microbatches}.
 * Limits of ranks that a job does not have are empty.
 */
public final class PowerLimitSweep {
  /**
   * Holds the rows of one job.
   *
   * @param job the values by which the job differs from others, such as its model
   * @param limits power limits of the row with the highest sum of limits, in watts
   * @param highest highest limit of each rank in any row of the job, in watts
   */
  private record Rows(JobFacts job, double[] limits, double[] highest, Iteration iteration) {
    Rows and(Rows other) {
      double[] maxima = highest.clone();
      for (int r = 0; r < maxima.length; r++) {
        maxima[r] = Math.max(maxima[r], other.highest[r]);
      }
      Rows higher = Arrays.stream(other.limits).sum() > Arrays.stream(limits).sum() ? other : this;
      return new Rows(job, higher.limits, maxima, higher.iteration);
    }
  }

  private PowerLimitSweep() {}

  /**
   * Returns for each job of the table the iteration with the highest power limits. The highest
   * power limits do not lower the clocks of the GPUs. The iteration with the highest power limits
   * is therefore used as all-max (every operation at the highest frequency).
   *
   * @throws UserError if the CSV file cannot be read, if it lacks a column or has no rows, if a
   *     value in it is not above 0, or if a job has no row with the highest limits of all ranks
   */
  static Map<JobFacts, Iteration> read(Path csv) {
    Map<JobFacts, Rows> jobs = new LinkedHashMap<>();
    CsvTable.read(
        csv,
        parser -> {
          List<String> header = parser.getHeaderNames();
          List<String> limits =
              header.stream().filter(column -> column.matches("power_limit_\\d+")).toList();
          if (limits.isEmpty()) {
            throw new UserError(
                csv
                    + " has no column power_limit_0; it needs time, energy and power_limit_R columns.");
          }
          for (CSVRecord record : parser) {
            CsvChecks.refuseSurplusFields(csv, record.getRecordNumber() + 1, record, header.size());
            Rows row = row(csv, record, limits);
            jobs.merge(row.job, row, Rows::and);
          }
        });
    if (jobs.isEmpty()) {
      throw new UserError(csv + " has a header but no rows.");
    }
    Map<JobFacts, Iteration> iterations = new LinkedHashMap<>();
    jobs.forEach(
        (job, rows) -> {
          if (!Arrays.equals(rows.limits, rows.highest)) {
            throw new UserError(
                "%s has no row (%s) in which all ranks have their highest power limit, so it contains no all-max."
                    .formatted(csv, job));
          }
          iterations.put(job, rows.iteration);
        });
    return iterations;
  }

  private static Rows row(Path csv, CSVRecord record, List<String> columns) {
    Map<String, String> job = new LinkedHashMap<>();
    JobFacts.NAMES.stream().filter(record::isSet).forEach(name -> job.put(name, record.get(name)));
    double[] limits =
        columns.stream()
            .filter(column -> columns.size() == 1 || isGiven(record, column))
            .mapToDouble(column -> number(csv, record, column))
            .toArray();
    if (limits.length == 0) {
      number(csv, record, columns.get(0));
    }
    JobFacts facts = new JobFacts(job).with(JobFacts.RANKS, limits.length);
    Iteration iteration = new Iteration(number(csv, record, "time"), number(csv, record, "energy"));
    return new Rows(facts, limits, limits, iteration);
  }

  private static boolean isGiven(CSVRecord record, String column) {
    return record.isSet(column) && !record.get(column).isEmpty();
  }

  private static double number(Path csv, CSVRecord record, String column) {
    String text = record.isSet(column) ? record.get(column) : "";
    try {
      double value = Double.parseDouble(text);
      if (value > 0 && !Double.isInfinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // If a field of the table is not a number, the last statement of this method throws the
      // error.
    }
    throw new UserError(
        "%s line %d: column '%s' is '%s', not a number above 0."
            .formatted(csv, record.getRecordNumber() + 1, column, text));
  }
}
