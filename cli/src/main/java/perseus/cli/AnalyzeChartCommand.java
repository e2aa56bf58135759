package perseus.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import perseus.chart.Chart;
import perseus.chart.PlanCharts;
import perseus.plan.PlanCatalog;
import perseus.plan.PlanFile;
import perseus.planner.Plan;
import perseus.planner.PlanRequest;
import perseus.planner.Planner;
import perseus.planner.PlanningProblem;
import perseus.recording.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perseus-analyze chart}: one chart of what was planned. */
@Command(
    name = "chart",
    description = {
      "Draws a chart of a directory that 'perseus-analyze' or 'perseus-analyze plan' wrote.",
      ""
    },
    sortOptions = false)
final class AnalyzeChartCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  /** What to draw. */
  enum Kind {
    frontier,
    profile,
    timeline,
    savings
  }

  @Parameters(index = "0", paramLabel = "KIND", description = "One of ${COMPLETION-CANDIDATES}.")
  Kind kind;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The directory; for savings a SOURCE of 'perseus-analyze savings'.")
  Path directory;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE.png",
      required = true,
      description = "The picture to write.")
  Path output;

  @Option(names = "--stage", paramLabel = "S", description = "profile: the stage. Default: 0.")
  int stage;

  @Option(
      names = "--plan",
      paramLabel = "N|FILE",
      description =
          "timeline: a plan's number or file, as often as wanted, beneath all-max. Default: the fastest.")
  List<String> plans = new ArrayList<>();

  @Mixin BaselineFlags baselines;

  /** Only for savings. */
  @Mixin SavingsFlags savings;

  @Override
  public Integer call() {
    if (!output.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new ParameterException(
          spec.commandLine(), "Charts are PNG files, but --output is " + output + ".");
    }
    chart().write(output);
    spec.commandLine().getOut().println(output);
    return 0;
  }

  private Chart chart() {
    if (kind == Kind.savings) {
      return AnalyzeSavingsCommand.chart(savings.tables(List.of(directory)));
    }
    PlannedDirectory planned = PlannedDirectory.read(directory);
    PlanCharts charts = new PlanCharts(planned.profile(), planned.problem());
    PlanCatalog catalog = planned.catalog();
    PlanningProblem problem = planned.problem();
    return switch (kind) {
      case savings -> throw new IllegalStateException();
      case frontier ->
          charts.frontier(
              Planner.of(catalog.planner()).plan(problem, new PlanRequest(catalog.plans().size())),
              baselines.plans(problem, Planner.of(catalog.planner())));
      case profile -> {
        if (stage < 0 || stage >= catalog.stages()) {
          throw new InputException(
              "--stage is %d, but there are stages 0 to %d."
                  .formatted(stage, catalog.stages() - 1));
        }
        yield charts.stage(stage);
      }
      case timeline -> charts.timeline(timelines(catalog, problem));
    };
  }

  private Map<String, Plan> timelines(PlanCatalog catalog, PlanningProblem problem) {
    Map<String, Plan> timelines = new LinkedHashMap<>();
    timelines.put("all-max", Plan.allMax(problem));
    if (plans.isEmpty()) {
      plans.add(String.valueOf(catalog.plans().size() - 1));
    }
    for (String name : plans) {
      Path file =
          name.matches("\\d{1,9}")
              ? directory.resolve("plans").resolve(PlanFile.name(Integer.parseInt(name)))
              : Path.of(name);
      if (!Files.exists(file)) {
        throw new InputException(
            "There is no plan %s; %s has plans 0 to %d."
                .formatted(name, directory, catalog.plans().size() - 1));
      }
      timelines.put("plan " + name, PlanFile.predict(file, problem));
    }
    return timelines;
  }
}
