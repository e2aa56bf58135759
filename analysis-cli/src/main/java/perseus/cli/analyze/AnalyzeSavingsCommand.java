package perseus.cli.analyze;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import perseus.chart.Charts;
import perseus.cli.common.OutputFile;
import perseus.cli.common.VerboseFlag;
import perseus.io.AtomicFiles;
import perseus.io.OutputTarget;
import perseus.savings.SavingsTables;
import perseus.savings.TableFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-analyze savings}, which computes how much energy plans save, with
 * and without stragglers (slower pipelines to wait for).
 */
@Command(
    name = "savings",
    description = {
      "Compares the energy of plans with the energy at the highest frequency, as the Perseus paper does:"
          + " without a straggler, while a pipeline waits for a straggler, and over all pipelines of a fleet.",
      ""
    },
    sortOptions = false)
final class AnalyzeSavingsCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(
      arity = "0..*",
      paramLabel = "SOURCE",
      description = {
        "One or more sources of plans, each of them",
        "a directory of measurements (perseus/N.prof.json, envpipe/N.prof.json, zeus_global.csv); if its path names an"
            + " A100 or A40, --blocking-power defaults to 83.64 or 70.38 W;",
        "a directory that 'perseus-analyze plan' wrote; or",
        "a stage profile (a CSV file), for which plans are made."
      })
  List<Path> sources = new ArrayList<>();

  @Mixin SavingsFlags savings;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "Format of the tables: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  TableFormat format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "File to write the tables to. Default: standard output.")
  Path output;

  @Option(
      names = "--chart",
      paramLabel = "FILE",
      description =
          "File to draw a chart to: PNG, or SVG if its name ends in .svg. Default: no chart.")
  Path chart;

  @Override
  public Integer call() {
    if (sources.isEmpty() && savings.perseus == null && savings.envpipe == null) {
      throw new ParameterException(
          spec.commandLine(),
          "Name a SOURCE, or directories with results of a plan server by --perseus or --envpipe.");
    }
    requireInputsStay();
    Stream.of(output, chart).filter(Objects::nonNull).forEach(OutputTarget::requireFile);
    SavingsTables tables = savings.tables(spec.commandLine(), sources);
    String text =
        format == TableFormat.CSV
            ? format.format(tables.figures())
            : tables.tables().stream().map(format::format).collect(Collectors.joining("\n"));
    PrintWriter out = spec.commandLine().getOut();
    if (output == null) {
      out.print(text);
    } else {
      AtomicFiles.write(output, text);
      out.println(output);
    }
    if (chart != null) {
      Charts.SAVINGS.chart(tables).write(chart);
      out.println(chart);
    }
    out.flush();
    return 0;
  }

  /**
   * Refuses to run the command if one of its output files would replace an input file or another
   * output file.
   */
  private void requireInputsStay() {
    if (output != null) {
      savings.requireStay(sources, new OutputFile(spec.commandLine(), "--output", output));
    }
    if (chart != null) {
      OutputFile drawn = new OutputFile(spec.commandLine(), "--chart", chart).requireChart();
      savings.requireStay(sources, drawn);
      if (output != null) {
        drawn.requireOtherThan(List.of(output));
      }
    }
  }
}
