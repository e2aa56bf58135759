package perseus.cli.analyze;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import perseus.attribution.PublishedBlockingPower;
import perseus.cli.common.FlagValue;
import perseus.cli.common.OutputFile;
import perseus.cli.common.ProfileChecks;
import perseus.io.UserError;
import perseus.planner.Planner;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanRequest;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;
import perseus.savings.MeasuredBaseline;
import perseus.savings.SavingsTables;
import perseus.savings.ServerDump;
import perseus.savings.StragglerRule;
import perseus.savings.Workload;
import perseus.savings.Workloads;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Reads the flags of {@code perseus-analyze savings}, and makes the tables of the energy that plans
 * save.
 */
final class SavingsFlags {
  enum Rule {
    published,
    best
  }

  @Option(
      names = "--perseus",
      paramLabel = "DIR",
      description =
          "Directory with the files N.prof.json that a plan server wrote under Perseus' plans. Default: SOURCE/perseus.")
  Path perseus;

  @Option(
      names = "--envpipe",
      paramLabel = "DIR",
      description =
          "Directory with the files N.prof.json that a plan server wrote under EnvPipe's plan. Default:"
              + " SOURCE/envpipe, if it exists.")
  Path envpipe;

  @Option(
      names = "--baseline",
      paramLabel = "FILE.csv",
      description =
          "Zeus's table of iterations under power limits; the row with the highest limits is all-max. Default:"
              + " SOURCE/zeus_global.csv.")
  Path baseline;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "For directories of measurements: name of the model in the table of --baseline. Default: from run.json,"
              + " the job's"
              + " id, the server's settings, or the path.")
  String model;

  @Option(
      names = "--stragglers",
      paramLabel = "R",
      split = ",",
      defaultValue = "1.05,1.1,1.2,1.3,1.4,1.5",
      description =
          "Iteration times of stragglers (slower pipelines), as multiples of the iteration time of all-max (all"
              + " computations at the highest frequency). Default: ${DEFAULT-VALUE}.")
  List<Double> stragglers;

  @Option(
      names = "--straggler-rule",
      paramLabel = "RULE",
      defaultValue = "published",
      description =
          "Plan of a pipeline that waits for a straggler. published: among measured plans, the slowest that is not slower"
              + " than the straggler; among planned ones, the plan of minimum energy without waiting. best: the plan of"
              + " minimum energy with waiting. Default: ${DEFAULT-VALUE}.")
  Rule rule;

  @Option(
      names = "--num-microbatches",
      paramLabel = "M",
      split = ",",
      description =
          "For profiles and recordings: microbatches per iteration, one or more numbers. Default: from the profile"
              + " or run.json.")
  List<Integer> numMicrobatches;

  @Option(
      names = "--pipelines",
      paramLabel = "D",
      split = ",",
      description =
          "For profiles and plans: number of pipelines of a fleet in which one is the straggler; one number, or one"
              + " per number"
              + " of --num-microbatches. Default: no fleet.")
  List<Integer> pipelines;

  @Option(
      names = "--planners",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "perseus,envpipe",
      description = "For profiles: planners to compare. Default: ${DEFAULT-VALUE}.")
  List<String> planners;

  @Mixin ProblemFlags problem;

  /** Refuses to run the command if the file {@code output} would replace an input file. */
  void requireStay(List<Path> sources, OutputFile output) {
    sources.forEach(source -> SavingsSource.of(source).requireStays(output));
    output.requireOtherThan(SavingsSource.files(perseus));
    output.requireOtherThan(SavingsSource.files(envpipe));
    output.requireOtherThan(Stream.of(baseline, problem.dag).filter(Objects::nonNull).toList());
  }

  /**
   * Makes the tables of the energy that plans save. Each source is a directory of measurements, a
   * directory of plans, or a stage profile.
   *
   * @param command command that the user runs. If the blocking power (power of a GPU that waits) is
   *     unknown, the method assumes a value and prints it to standard error.
   */
  SavingsTables tables(CommandLine command, List<Path> sources) {
    List<SavingsSource> known = sources.stream().map(SavingsSource::of).toList();
    Set<SavingsSource.Kind> kinds = EnumSet.noneOf(SavingsSource.Kind.class);
    known.forEach(source -> kinds.add(source.kind()));
    if (perseus != null || envpipe != null) {
      kinds.add(SavingsSource.Kind.DUMPS);
    }
    SavingsSource.requireScopes(command, kinds);
    FlagValue.check(command, this::checkValues);
    problem.check(command, numMicrobatches == null ? List.of() : numMicrobatches);
    List<Workload> workloads = new ArrayList<>();
    if (perseus != null || envpipe != null) {
      workloads.add(measured(command, null));
    }
    for (SavingsSource source : known) {
      switch (source.kind()) {
        case DUMPS -> workloads.add(measured(command, source));
        case PLANS ->
            workloads.add(Workloads.planned(name(source.path()), source.catalog(), fleet(0)));
        case PROFILE -> workloads.addAll(planned(source.path()));
      }
    }
    return new SavingsTables(
        workloads,
        stragglers,
        rule == Rule.best ? Optional.of(StragglerRule.BEST) : Optional.empty());
  }

  private void checkValues() {
    for (double degree : stragglers) {
      if (!(degree >= 1)) {
        throw new UserError(
            "--stragglers needs numbers of at least 1, such as 1.2, not " + degree + ".");
      }
    }
    planners.forEach(Planners::of);
    int counts = numMicrobatches == null ? 1 : numMicrobatches.size();
    if (pipelines != null && pipelines.size() != 1 && pipelines.size() != counts) {
      throw new UserError(
          "--pipelines has %d numbers, but --num-microbatches has %d. Give one number of pipelines, or as many as numbers of microbatches."
              .formatted(pipelines.size(), counts));
    }
    for (int count : pipelines == null ? List.<Integer>of() : pipelines) {
      if (count < 1) {
        throw new UserError("--pipelines must be 1 or more, not " + count + ".");
      }
    }
  }

  /**
   * Makes a workload (iterations of one pipeline under several plans) from the measurements of a
   * plan server.
   *
   * @param source directory of measurements; if null, only the directories that the user named with
   *     flags are used
   */
  private Workload measured(CommandLine command, SavingsSource source) {
    Map<String, ServerDump> dumps = new LinkedHashMap<>();
    Path ofPerseus = perseus != null || source == null ? perseus : source.perseus();
    Path ofEnvPipe = envpipe != null || source == null ? envpipe : source.envpipe();
    for (Path directory : new Path[] {ofPerseus, ofEnvPipe}) {
      if (directory != null
          && (directory.equals(perseus) || directory.equals(envpipe) || Files.exists(directory))) {
        Planner planner = directory.equals(ofPerseus) ? Planners.PERSEUS : Planners.ENVPIPE;
        dumps.put(planner.title(), ServerDump.read(directory));
      }
    }
    if (dumps.isEmpty()) {
      throw source.unknown();
    }
    Path table = baseline != null || source == null ? baseline : source.baseline();
    if (table == null) {
      throw new UserError(
          "--baseline must name a table of iterations under power limits, from which all-max is read.");
    }
    MeasuredBaseline allMax = MeasuredBaseline.find(table, List.copyOf(dumps.values()), model);
    allMax.notes().forEach(command.getErr()::println);
    Path named = source == null ? dumps.values().iterator().next().directory() : source.path();
    return Workloads.measured(
        name(named), allMax.iteration(), blockingWatts(command, named), dumps);
  }

  private double blockingWatts(CommandLine command, Path source) {
    if (problem.blockingPower != null) {
      return problem.blockingPower.of("--blocking-power", 1).get(0);
    }
    PublishedBlockingPower known =
        PublishedBlockingPower.namedIn(source)
            .orElseThrow(() -> ProblemFlags.unknownBlockingPower(source));
    command
        .getErr()
        .printf(
            Locale.ROOT,
            "%s: assuming that a GPU draws %.2f W while it waits, as an %s, which the path names; --blocking-power overrides this.%n",
            source,
            known.watts(),
            known.gpu());
    return known.watts();
  }

  private List<Workload> planned(Path csv) {
    List<Integer> counts = new ArrayList<>();
    if (numMicrobatches == null) {
      counts.add(null);
    } else {
      counts.addAll(numMicrobatches);
    }
    StageProfile read = StageProfile.read(csv);
    List<Workload> workloads = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      StageProfile profile = problem.prepared(read, counts.get(i));
      PlanningProblem planned = problem.problem(profile, counts.get(i));
      ProfileChecks.requireChoice(planned);
      ProfileChecks.requireDifferences(profile);
      double allMax = Plan.allMax(planned).timeSeconds();
      PlanRequest request =
          new PlanRequest(
              PlanRequest.standard().plans(),
              stragglers.stream().mapToDouble(degree -> degree * allMax).toArray());
      Map<Planner, Frontier> frontiers = new LinkedHashMap<>();
      PlanRequest others = null;
      for (Planner planner : planners.stream().map(Planners::of).toList()) {
        if (planner != Planners.PERSEUS && others == null) {
          Frontier perseus = frontiers.get(Planners.PERSEUS);
          others =
              request.withBound(
                  perseus == null ? Planners.lowerBound(planned, request) : perseus.bound());
        }
        boolean computesBound = planner == Planners.PERSEUS;
        frontiers.put(planner, planner.plan(planned, computesBound ? request : others));
      }
      workloads.add(
          Workloads.planned(
              "%s, %d microbatches".formatted(name(csv), planned.microbatches()),
              Boolean.TRUE.equals(profile.notes().simulated()),
              frontiers,
              fleet(i)));
    }
    return workloads;
  }

  private int fleet(int workload) {
    if (pipelines == null) {
      return 1;
    }
    return pipelines.get(Math.min(workload, pipelines.size() - 1));
  }

  private static String name(Path source) {
    Path name = source.toAbsolutePath().normalize().getFileName();
    return name == null ? source.toString() : name.toString().replaceFirst("\\.csv$", "");
  }
}
