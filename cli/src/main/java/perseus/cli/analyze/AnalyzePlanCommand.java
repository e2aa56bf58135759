package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import perseus.cli.common.OutputFile;
import perseus.cli.common.VerboseFlag;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.planfile.PlanSummary;
import perseus.profile.StageProfile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code perseus-analyze plan}: a stage profile to plans. */
@Command(
    name = "plan",
    description = {
      "Plans the frequencies of an iteration for every iteration time worth having.",
      ""
    },
    sortOptions = false)
final class AnalyzePlanCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(
      paramLabel = "PROFILE.csv",
      description = {
        "The stage profile: a row per stage, instruction and frequency, in columns with these names in the first line, in"
            + " any order, separated by commas:",
        "stage       number of the stage, from 0",
        "instruction forward, backward, or another of the schedule",
        "frequency   in MHz",
        "time        in seconds, of one instance",
        "energy      in joules, of one instance",
        "Further columns, such as one for a communication schedule, tell options apart and travel into the plans."
      })
  Path profile;

  @Option(
      names = "--num-stages",
      paramLabel = "S",
      description = "Number of pipeline stages, which the profile has to have. Default: as it has.")
  Integer numStages;

  @Option(
      names = "--num-microbatches",
      paramLabel = "M",
      description = "Microbatches per iteration. Default: those of the profiled run.")
  Integer numMicrobatches;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description =
          "Where to write. Default: plans beside the profile, in a directory of its name.")
  Path output;

  @Mixin PlanningFlags planning;

  @Option(names = "--no-charts", description = "Draw no charts.")
  boolean noCharts;

  @Override
  public Integer call() {
    planning.check(spec.commandLine(), numMicrobatches);
    StageProfile read = StageProfile.read(profile);
    ProblemFlags.requireEveryStage(read);
    if (numStages != null && numStages != read.stages()) {
      throw new UserError(
          "--num-stages is %d, but %s has %d stages (0 to %d)."
              .formatted(numStages, profile, read.stages(), read.stages() - 1));
    }
    Path out = output == null ? besideProfile() : output;
    requireInputsStay(out);
    AtomicFiles.requireDirectory(out);
    PlanSummary summary = Planning.write(read, planning, numMicrobatches, !noCharts, out);
    Report report = new Report(spec.commandLine().getOut(), spec.commandLine().getErr());
    report.warnings(summary.warnings());
    report.plans(summary, out);
    return 0;
  }

  /** A profile that is planned again where it lies is written anew, so it must not change. */
  private void requireInputsStay(Path out) {
    OutputFile written = new OutputFile(spec.commandLine(), "--output", out);
    boolean inPlace = OutputFile.isSame(out.resolve("profile.csv"), profile);
    if (inPlace && planning.problem.scales()) {
      throw written.wrong(
          "--output %s would replace %s by its scaled copy, to be scaled again next time; write elsewhere"
              .formatted(out, profile));
    }
    if (inPlace && StageProfile.isPerRank(profile)) {
      throw written.wrong(
          "--output %s would replace the rows per rank of %s by rows per stage; write elsewhere"
              .formatted(out, profile));
    }
    List<Path> inputs = new ArrayList<>(inPlace ? List.of() : StageProfile.files(profile));
    Path dag = planning.problem.dag;
    if (dag != null && !OutputFile.isSame(out.resolve(PlannedDirectory.DAG), dag)) {
      inputs.add(dag);
    }
    for (Path input : inputs) {
      if (OutputFile.isOwn(out, input)) {
        throw written.wrong(
            "Plans in %s would replace %s, which this command reads; write elsewhere"
                .formatted(out, input));
      }
    }
  }

  private Path besideProfile() {
    String name = profile.getFileName().toString().replaceFirst("\\.csv$", "");
    return profile.resolveSibling(name + "-plans");
  }
}
