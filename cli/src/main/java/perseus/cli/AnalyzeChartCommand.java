package perseus.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import perseus.chart.Chart;
import perseus.chart.PlanCharts;
import perseus.pipeline.TrainSchedule;
import perseus.plan.PlanCatalog;
import perseus.plan.PlanFile;
import perseus.planner.Plan;
import perseus.planner.PlanRequest;
import perseus.planner.Planner;
import perseus.planner.PlanningProblem;
import perseus.profile.StageProfile;
import perseus.recording.InputException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
    timeline
  }

  @Parameters(index = "0", paramLabel = "KIND", description = "One of ${COMPLETION-CANDIDATES}.")
  Kind kind;

  @Parameters(index = "1", paramLabel = "OUT", description = "The directory.")
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

  @Override
  public Integer call() {
    PlanCatalog catalog = PlanCatalog.read(directory);
    StageProfile profile = StageProfile.read(directory.resolve("profile.csv"));
    PlanningProblem problem =
        PlanningProblem.of(
            profile,
            TrainSchedule.of(catalog.schedule()),
            catalog.microbatches(),
            profile.notes().stageBlockingWatts().stream()
                .mapToDouble(Double::doubleValue)
                .toArray());
    chart(catalog, new PlanCharts(profile, problem), problem).write(output);
    spec.commandLine().getOut().println(output);
    return 0;
  }

  private Chart chart(PlanCatalog catalog, PlanCharts charts, PlanningProblem problem) {
    return switch (kind) {
      case frontier ->
          charts.frontier(
              Planner.of(catalog.planner()).plan(problem, new PlanRequest(catalog.plans().size())),
              Planner.UNIFORM.plan(problem, PlanRequest.standard()).plans());
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
      timelines.put("plan " + name, PlanFile.read(file).predict(file.toString(), problem));
    }
    return timelines;
  }
}
