package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import perseus.chart.ChartKind;
import perseus.chart.ChartOptions;
import perseus.chart.Charts;
import perseus.chart.figure.Chart;
import perseus.cli.common.GivenFlags;
import perseus.cli.common.OutputFile;
import perseus.cli.common.ProgressDisplay;
import perseus.cli.common.VerboseFlag;
import perseus.cli.report.BaselineFlags;
import perseus.extension.ExtensionError;
import perseus.io.OutputTarget;
import perseus.io.UserError;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlannedProblem;
import perseus.recording.Recording;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * Runs the command {@code perseus-analyze chart}, which draws one chart of plans, of savings or of
 * a recording.
 */
@Command(
    name = "chart",
    description = {
      "Draws one chart of a directory that 'perseus-analyze' or 'perseus-analyze plan' wrote, or of a recording.",
      ""
    },
    sortOptions = false)
final class AnalyzeChartCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      converter = KindConverter.class,
      completionCandidates = KindNames.class,
      description = "Kind of chart: ${COMPLETION-CANDIDATES}.")
  ChartKind kind;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description =
          "Directory of plans; for recording, the directory of a run; for savings, a SOURCE of 'perseus-analyze savings'.")
  Path directory;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "File to write: PNG, or SVG if its name ends in .svg.")
  Path output;

  @Option(
      names = "--stage",
      paramLabel = "S",
      description = "For profile: stage to show, from 0. Default: 0.")
  int stage;

  @Option(
      names = "--plan",
      paramLabel = "N|FILE",
      description =
          "For timeline: number or file of a plan to show below all-max; repeat it for several plans. Default: the"
              + " fastest plan.")
  List<String> plans = new ArrayList<>();

  @Mixin BaselineFlags baselines;

  /**
   * Flags for charts of savings. Charts of recordings use only one flag of {@link SavingsFlags},
   * which gives the number of microbatches.
   */
  @Mixin SavingsFlags savings;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description = "For recording: rank to show, from 0. Default: 0.")
  int rank;

  @Option(
      names = "--from",
      paramLabel = "S",
      description =
          "For recording: start, in seconds after the rank's first instruction. Default: start of the first"
              + " analyzed iteration.")
  double from = Double.NaN;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "For recording: duration, in seconds. Default: 4.")
  double seconds = 4;

  @Mixin RecordingFlags recordingFlags;

  /** Finds the kind of chart with the name that the user gave. */
  static final class KindConverter implements ITypeConverter<ChartKind> {
    @Override
    public ChartKind convert(String name) {
      try {
        return Charts.of(name);
      } catch (ExtensionError e) {
        throw e;
      } catch (UserError e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  /** Lists the names of all kinds of charts, for the help text of the command. */
  static final class KindNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Charts.all().stream().map(ChartKind::name).iterator();
    }
  }

  @Override
  public Integer call() {
    new OutputFile(spec.commandLine(), "--output", output).requireChart();
    requireFlagsOfKind();
    OutputTarget.requireFile(output);
    directory = PlanCatalog.directory(directory);
    chart().write(output);
    spec.commandLine().getOut().println(output);
    return 0;
  }

  /**
   * Refuses to run the command if the user gave a flag that has no effect on the chosen kind of
   * chart.
   */
  private void requireFlagsOfKind() {
    Map<String, Predicate<ChartKind>> scopes = new LinkedHashMap<>();
    for (String option : ChartOptions.NAMES) {
      scopes.put("--" + option, any -> any.options().contains(option));
    }
    for (OptionSpec option : spec.mixins().get("savings").options()) {
      scopes.put(option.longestName(), ChartKind.OfSavings.class::isInstance);
    }
    for (OptionSpec option : spec.mixins().get("recordingFlags").options()) {
      scopes.put(option.longestName(), ChartKind.OfRecording.class::isInstance);
    }
    scopes.put(
        "--num-microbatches",
        any -> any instanceof ChartKind.OfSavings || any instanceof ChartKind.OfRecording);
    scopes.forEach(
        (flag, scope) -> {
          if (!scope.test(kind)) {
            GivenFlags.refuse(
                spec.commandLine(),
                flag,
                "applies to charts of kind %s, not %s"
                    .formatted(
                        Charts.all().stream()
                            .filter(scope)
                            .map(ChartKind::name)
                            .collect(Collectors.joining(" and ")),
                        kind.name()));
          }
        });
  }

  private Chart chart() {
    ChartOptions options = new ChartOptions(stage, plans, baselines.names, rank, from, seconds);
    if (kind instanceof ChartKind.OfPlans ofPlans) {
      return ofPlans.chart(PlannedProblem.read(directory), options);
    }
    if (kind instanceof ChartKind.OfSavings ofSavings) {
      return ofSavings.chart(savings.tables(spec.commandLine(), List.of(directory)));
    }
    return chart((ChartKind.OfRecording) kind, options);
  }

  private Chart chart(ChartKind.OfRecording ofRecording, ChartOptions options) {
    if (!(seconds > 0)) {
      throw new ParameterException(
          spec.commandLine(), "--seconds must be above 0 s, not " + seconds + ".");
    }
    Integer numMicrobatches =
        savings.numMicrobatches == null ? null : savings.numMicrobatches.get(0);
    Recording recording =
        recordingFlags.open(spec.commandLine(), List.of(directory), numMicrobatches);
    try (ProgressDisplay progress = new ProgressDisplay()) {
      return ofRecording.chart(recording, options, progress);
    }
  }
}
