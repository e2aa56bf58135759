package perseus.cli.analyze;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import perseus.chart.figure.Heading;
import perseus.chart.kind.SavingsChart;
import perseus.cli.common.OutputFile;
import perseus.cli.common.VerboseFlag;
import perseus.io.AtomicFiles;
import perseus.savings.SavingsTables;
import perseus.savings.TableFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perseus-analyze savings}: how much energy plans save, with and without stragglers. */
@Command(
    name = "savings",
    description = {
      "Compares the energy of plans with that of every operation at the highest frequency, as the Perseus paper does:"
          + " without stragglers, waiting for one, and over all pipelines of a fleet.",
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
        "Where the plans are, as often as wanted:",
        "a folder of measurements (perseus/N.prof.json, envpipe/N.prof.json, zeus_global.csv), whose path should name"
            + " an A100 or A40: what that GPU draws while it waits (83.64 or 70.38 W) is taken unless --blocking-power"
            + " says it;",
        "a directory that 'perseus-analyze plan' wrote;",
        "a stage profile (a CSV file), for which plans are made now."
      })
  List<Path> sources = new ArrayList<>();

  @Mixin SavingsFlags savings;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "text",
      description = "Form of the tables: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  TableFormat format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the tables there instead of printing them.")
  Path output;

  @Option(names = "--chart", paramLabel = "FILE.png", description = "Also draw a chart.")
  Path chart;

  @Override
  public Integer call() {
    if (sources.isEmpty() && savings.perseus == null && savings.envpipe == null) {
      throw new ParameterException(
          spec.commandLine(), "Name a SOURCE, or server dumps with --perseus or --envpipe.");
    }
    requireInputsStay();
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
      chart(tables).write(chart);
      out.println(chart);
    }
    out.flush();
    return 0;
  }

  private void requireInputsStay() {
    if (output != null) {
      savings.requireStay(sources, new OutputFile(spec.commandLine(), "--output", output));
    }
    if (chart != null) {
      OutputFile drawn = new OutputFile(spec.commandLine(), "--chart", chart).requirePng();
      savings.requireStay(sources, drawn);
      if (output != null) {
        drawn.requireOtherThan(List.of(output));
      }
    }
  }

  static SavingsChart chart(SavingsTables tables) {
    return SavingsChart.of(new Heading("Energy saved by one pipeline", tables.simulated()), tables);
  }
}
