package perseus.cli.analyze;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import perseus.cli.common.OutputFile;
import perseus.cli.common.ProfileChecks;
import perseus.cli.common.VerboseFlag;
import perseus.cli.interruption.InterruptedOutput;
import perseus.cli.interruption.Interruptible;
import perseus.cli.report.ChartFlags;
import perseus.io.UserError;
import perseus.planfile.PlanDirectory;
import perseus.planfile.PlanSummary;
import perseus.planfile.PlannedProblem;
import perseus.profile.StageProfile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-analyze plan}, which plans the GPU frequency of every computation
 * from a stage profile.
 */
@Command(
    name = "plan",
    description = {"Plans the frequencies of an iteration for many iteration times.", ""},
    sortOptions = false)
final class AnalyzePlanCommand implements Callable<Integer>, Interruptible {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(
      paramLabel = "PROFILE.csv",
      description = {
        "Stage profile: a CSV file with a row per stage, instruction and frequency. Its first line names the columns, in"
            + " any order:",
        "stage       number of the stage, from 0",
        "instruction forward, backward, or another instruction of the schedule",
        "frequency   SM clock in MHz",
        "time        duration of one execution in seconds",
        "energy      energy of one execution in joules",
        "Further columns, such as a communication schedule, distinguish several rows of the same frequency. They"
            + " are written beside the plans."
      })
  Path profile;

  @Option(
      names = "--num-stages",
      paramLabel = "S",
      description =
          "Expected number of pipeline stages; another number in the profile is an error. Default: any.")
  Integer numStages;

  @Option(
      names = "--num-microbatches",
      paramLabel = "M",
      description = "Microbatches per iteration. Default: as in the profiled run.")
  Integer numMicrobatches;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "Directory to write. Default: NAME-plans beside the profile NAME.csv.")
  Path output;

  @Mixin PlanningFlags planning;

  @Mixin ChartFlags charts;

  private volatile boolean plansWritten;

  @Override
  public Integer call() {
    planning.check(spec.commandLine(), numMicrobatches);
    StageProfile read = StageProfile.read(profile);
    ProfileChecks.requireEveryStage(read);
    if (numStages != null && numStages != read.stages()) {
      throw new UserError(
          "--num-stages is %d, but %s has %d stages (0 to %d)."
              .formatted(numStages, profile, read.stages(), read.stages() - 1));
    }
    Path out = out();
    requireInputsStay(out);
    PlanDirectory.requireWritable(out);
    charts.check(out);
    PlanSummary summary =
        Planning.write(
            read, planning, numMicrobatches, charts, out, spec, () -> plansWritten = true);
    Report report = new Report(spec.commandLine().getOut(), spec.commandLine().getErr());
    report.warnings(summary.warnings());
    report.plans(summary, out);
    return 0;
  }

  /**
   * Refuses to run the command if writing the plans into the output directory would replace an
   * input file.
   *
   * <p>There is one exception: the profile may be the file {@code profile.csv} of the output
   * directory, because the command usually writes the same rows again. It writes other rows if
   * flags multiply times or energies by a factor, or if the profile has one row per rank. The
   * exception does not apply then.
   */
  private void requireInputsStay(Path out) {
    OutputFile written = new OutputFile(spec.commandLine(), "--output", out);
    boolean inPlace = OutputFile.isSame(out.resolve(PlannedProblem.PROFILE_FILE_NAME), profile);
    if (inPlace && planning.problem.scales()) {
      throw written.wrong(
          "--output %s would replace %s with a scaled copy, which would be scaled again next time; write to another"
              + " directory".formatted(out, profile));
    }
    if (inPlace && StageProfile.isPerRank(profile)) {
      throw written.wrong(
          "--output %s would replace the rows per rank of %s with rows per stage; write to another directory"
              .formatted(out, profile));
    }
    List<Path> inputs = new ArrayList<>(inPlace ? List.of() : StageProfile.files(profile));
    Path dag = planning.problem.dag;
    if (dag != null && !OutputFile.isSame(out.resolve(PlannedProblem.DAG_FILE_NAME), dag)) {
      inputs.add(dag);
    }
    if (planning.problem.clocks.switchCostFile() != null) {
      inputs.add(planning.problem.clocks.switchCostFile());
    }
    for (Path input : inputs) {
      if (OutputFile.isOwn(out, input)) {
        throw written.wrong(
            "Plans in %s would replace %s, which this command reads; write to another directory"
                .formatted(out, input));
      }
    }
  }

  @Override
  public String kept() {
    return InterruptedOutput.kept(out(), plansWritten);
  }

  @Override
  public boolean stopsWork() {
    return true;
  }

  private Path out() {
    if (output != null) {
      return output;
    }
    String name = profile.getFileName().toString().replaceFirst("\\.csv$", "");
    return profile.resolveSibling(name + "-plans");
  }
}
