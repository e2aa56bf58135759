package perseus.cli.report;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import perseus.chart.PlanCharts;
import perseus.cli.common.OutputFile;
import perseus.cli.common.VerboseFlag;
import perseus.io.OutputTarget;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlannedProblem;
import perseus.report.PlanReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the command {@code perseus-analyze report}, which writes the report of existing plans. */
@Command(
    name = "report",
    description = {
      "Writes one HTML page about the plans of a directory: charts, main figures, plans to pick from, warnings, and how"
          + " they were computed. The page needs no network. Nothing is planned again.",
      ""
    },
    sortOptions = false)
public final class AnalyzeReportCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(paramLabel = "OUT", description = "Directory that 'perseus-analyze plan' wrote.")
  Path directory;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.html",
      description = "File to write. Default: OUT/report.html.")
  Path output;

  @Mixin BaselineFlags baselines;

  @Override
  public Integer call() {
    directory = PlanCatalog.directory(directory);
    Path report = directory.resolve(PlanReport.FILE_NAME);
    Path file = output == null ? report : output;
    OutputFile checked =
        new OutputFile(spec.commandLine(), "--output", file)
            .requireEnding("A report is an HTML file", ".html");
    if (!OutputFile.isSame(file, report)) {
      checked.requireNoneOfPlans(directory);
    }
    baselines.check();
    PlannedProblem planned = PlannedProblem.read(directory);
    OutputTarget.requireFile(file);
    PlanReport.write(file, planned, PlanCharts.of(planned, baselines.names));
    spec.commandLine().getOut().println(file);
    return 0;
  }
}
