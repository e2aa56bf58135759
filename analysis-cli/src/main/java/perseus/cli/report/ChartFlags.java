package perseus.cli.report;

import java.nio.file.Path;
import perseus.io.OutputTarget;
import perseus.report.PlanReport;
import picocli.CommandLine.Option;

/** Holds the flags that turn off the charts or the report of a directory of plans. */
public final class ChartFlags {
  @Option(names = "--no-charts", description = "Draw no charts, and write no report.")
  boolean noCharts;

  @Option(names = "--no-report", description = "Do not write report.html.")
  boolean noReport;

  /** Returns whether the command draws charts. */
  public boolean charts() {
    return !noCharts;
  }

  /**
   * Returns whether the command writes the report. Without charts there is no report, because the
   * report consists mostly of charts.
   */
  public boolean report() {
    return !noCharts && !noReport;
  }

  /**
   * Checks that the report can be written into a directory. Commands call this method before they
   * start long work.
   *
   * @throws perseus.io.UserError if the report cannot be written
   */
  public void check(Path directory) {
    if (report()) {
      OutputTarget.requireFile(directory.resolve(PlanReport.FILE_NAME));
    }
  }
}
