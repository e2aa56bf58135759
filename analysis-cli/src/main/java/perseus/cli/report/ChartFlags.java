package perseus.cli.report;

import java.nio.file.Path;
import perseus.io.OutputTarget;
import perseus.report.PlanReport;
import picocli.CommandLine.Option;

/** Holds the flags that leave out the charts or the report of a directory of plans. */
public final class ChartFlags {
  @Option(names = "--no-charts", description = "Draw no charts, and write no report.")
  boolean noCharts;

  @Option(names = "--no-report", description = "Do not write report.html.")
  boolean noReport;

  /** Returns whether to draw charts. */
  public boolean charts() {
    return !noCharts;
  }

  /** Returns whether to write the report, which consists of charts for the most part. */
  public boolean report() {
    return !noCharts && !noReport;
  }

  /**
   * Checks before long work that the report can be written.
   *
   * @throws perseus.io.UserError if it cannot
   */
  public void check(Path directory) {
    if (report()) {
      OutputTarget.requireFile(directory.resolve(PlanReport.FILE_NAME));
    }
  }
}
