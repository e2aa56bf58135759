package perseus.savings;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.io.CsvTable;
import perseus.io.UserError;

/**
 * Reads a table of iterations that were measured under different power limits of the GPUs. The
 * table has the format of the project Zeus.
 *
 * <p>The table is a CSV file with the columns {@code time} in seconds, {@code energy} in joules,
 * and {@code power_limit_R} in watts for each rank R. A table may contain several jobs, which
 * differ in columns such as {@code model_name} and {@code num_microbatches}. If a job has fewer
 * ranks than the table has columns for ranks, the cells of the missing ranks are empty.
 */
public final class PowerLimitSweep {
  /**
   * Holds a summary of the rows of one job.
   *
   * @param job values that distinguish the job from other jobs, such as the name of its model
   * @param limits power limits of the row with the highest sum of limits, in watts
   * @param highest highest limit of each rank in any row of the job, in watts
   * @param iteration measured iteration in the row with the highest sum of limits
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
   * Returns for each job of the table the iteration in which all ranks have their highest power
   * limits. The highest power limits do not lower the clocks of the GPUs, so the returned
   * iterations run every operation at the highest frequency.
   *
   * @throws UserError if the table cannot be read, if a value is not above 0, or if a job lacks a
   *     row with the highest power limits of all ranks
   */
  static Map<JobFacts, Iteration> read(Path csv) {
    Map<JobFacts, Rows> jobs = new LinkedHashMap<>();
    CsvTable.read(
        csv,
        (header, rows) -> {
          List<String> limits =
              header.stream().filter(column -> column.matches("power_limit_\\d+")).toList();
          if (limits.isEmpty()) {
            throw new UserError(
                csv
                    + " has no column power_limit_0; it needs time, energy and power_limit_R columns.");
          }
          for (CsvTable.Row row : rows) {
            Rows measured = rows(row, limits);
            jobs.merge(measured.job, measured, Rows::and);
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

  private static Rows rows(CsvTable.Row row, List<String> columns) {
    Map<String, String> job = new LinkedHashMap<>();
    JobFacts.NAMES.stream().filter(row::has).forEach(name -> job.put(name, row.text(name)));
    double[] limits =
        columns.stream()
            .filter(column -> columns.size() == 1 || row.isGiven(column))
            .mapToDouble(row::positive)
            .toArray();
    if (limits.length == 0) {
      throw row.wrong(columns.get(0), "is empty, as are all other power limits");
    }
    JobFacts facts = new JobFacts(job).with(JobFacts.RANKS, limits.length);
    return new Rows(
        facts, limits, limits, new Iteration(row.positive("time"), row.positive("energy")));
  }
}
