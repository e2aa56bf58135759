package perseus.cli.analyze;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import perseus.attribution.FittedPower;
import perseus.chart.RecordingView;
import perseus.chart.figure.Chart;
import perseus.cli.common.GivenFlags;
import perseus.cli.common.OutputFile;
import perseus.cli.common.ProgressDisplay;
import perseus.cli.common.VerboseFlag;
import perseus.io.UserError;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanFile;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.recording.Recording;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perseus-analyze chart}: one chart of what was recorded or planned. */
@Command(
    name = "chart",
    description = {
      "Draws a chart of a directory that 'perseus-analyze' or 'perseus-analyze plan' wrote, or of a recording.",
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
    savings,
    recording
  }

  @Parameters(index = "0", paramLabel = "KIND", description = "One of ${COMPLETION-CANDIDATES}.")
  Kind kind;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description =
          "The directory; for recording one of a run, for savings a SOURCE of 'perseus-analyze savings'.")
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

  /** For savings; the number of microbatches for recordings, too. */
  @Mixin SavingsFlags savings;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description = "recording: whose counter to show beside the power fitted to it. Default: 0.")
  int rank;

  @Option(
      names = "--from",
      paramLabel = "S",
      description =
          "recording: where to start, in seconds after the rank's first instruction. Default: the first iteration used.")
  double from = Double.NaN;

  @Option(names = "--seconds", paramLabel = "N", description = "recording: how long. Default: 4.")
  double seconds = 4;

  @Mixin RecordingFlags recordingFlags;

  @Override
  public Integer call() {
    new OutputFile(spec.commandLine(), "--output", output).requirePng();
    requireScopes();
    directory = PlanCatalog.directory(directory);
    chart().write(output);
    spec.commandLine().getOut().println(output);
    return 0;
  }

  /** Refuses flags of other kinds of charts. */
  private void requireScopes() {
    Map<String, Set<Kind>> scopes = new LinkedHashMap<>();
    scopes.put("--stage", Set.of(Kind.profile));
    scopes.put("--plan", Set.of(Kind.timeline));
    scopes.put("--baselines", Set.of(Kind.frontier));
    for (String flag : List.of("--rank", "--from", "--seconds")) {
      scopes.put(flag, Set.of(Kind.recording));
    }
    for (OptionSpec option : spec.mixins().get("savings").options()) {
      scopes.put(option.longestName(), Set.of(Kind.savings));
    }
    for (OptionSpec option : spec.mixins().get("recordingFlags").options()) {
      scopes.put(option.longestName(), Set.of(Kind.recording));
    }
    scopes.put("--num-microbatches", EnumSet.of(Kind.savings, Kind.recording));
    scopes.forEach(
        (flag, kinds) -> {
          if (!kinds.contains(kind)) {
            GivenFlags.refuse(
                spec.commandLine(),
                flag,
                "applies to charts of kind %s, not %s"
                    .formatted(
                        kinds.stream().map(Kind::name).collect(Collectors.joining(" and ")), kind));
          }
        });
  }

  private Chart recording() {
    if (!(seconds > 0)) {
      throw new ParameterException(spec.commandLine(), "--seconds must be above 0.");
    }
    Integer numMicrobatches =
        savings.numMicrobatches == null ? null : savings.numMicrobatches.get(0);
    Recording recording =
        recordingFlags.open(spec.commandLine(), List.of(directory), numMicrobatches);
    try (ProgressDisplay progress = new ProgressDisplay()) {
      return RecordingView.chart(
          recording, FittedPower.of(recording, rank, progress), from, seconds);
    }
  }

  private Chart chart() {
    return switch (kind) {
      case frontier -> frontier(PlannedDirectory.read(directory));
      case profile -> profile(PlannedDirectory.read(directory));
      case timeline -> timeline(PlannedDirectory.read(directory));
      case savings ->
          AnalyzeSavingsCommand.chart(savings.tables(spec.commandLine(), List.of(directory)));
      case recording -> recording();
    };
  }

  private Chart frontier(PlannedDirectory planned) {
    Planner planner = Planners.of(planned.catalog().planner());
    PlanRequest request = new PlanRequest(planned.catalog().plans().size());
    return planned
        .charts()
        .frontier(
            planner.plan(planned.problem(), request), baselines.plans(planned.problem(), planner));
  }

  private Chart profile(PlannedDirectory planned) {
    int stages = planned.profile().stages();
    if (stage < 0 || stage >= stages) {
      throw new UserError(
          "--stage is %d, but there are stages 0 to %d.".formatted(stage, stages - 1));
    }
    return planned.charts().stage(stage);
  }

  private Chart timeline(PlannedDirectory planned) {
    return planned.charts().timeline(timelines(planned.catalog(), planned.problem()));
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
        throw new UserError(
            "There is no plan %s; %s has plans 0 to %d."
                .formatted(name, directory, catalog.plans().size() - 1));
      }
      timelines.put("plan " + name, PlanFile.predict(file, problem));
    }
    return timelines;
  }
}
