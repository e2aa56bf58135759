package perseus.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import perseus.plan.PlanSummary;
import perseus.profile.StageProfile;
import perseus.recording.AtomicFiles;
import perseus.recording.InputException;
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

  @Parameters(paramLabel = "PROFILE.csv", description = "The stage profile.")
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
    planning.check();
    StageProfile read = StageProfile.read(profile);
    if (numStages != null && numStages != read.stages()) {
      throw new InputException(
          "--num-stages is %d, but %s has %d stages (0 to %d)."
              .formatted(numStages, profile, read.stages(), read.stages() - 1));
    }
    Path out = output == null ? besideProfile() : output;
    AtomicFiles.requireDirectory(out);
    PlanSummary summary = Planning.write(read, planning, numMicrobatches, !noCharts, out);
    Report report = new Report(spec.commandLine().getOut(), spec.commandLine().getErr());
    report.warnings(summary.warnings());
    report.plans(summary, out);
    return 0;
  }

  private Path besideProfile() {
    String name = profile.getFileName().toString().replaceFirst("\\.csv$", "");
    return profile.resolveSibling(name + "-plans");
  }
}
