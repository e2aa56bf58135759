package perseus.cli.analyze;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import perseus.cli.check.AnalyzeCheckCommand;
import perseus.cli.common.CommandRunner;
import perseus.cli.common.ProfileChecks;
import perseus.cli.common.UsageProblem;
import perseus.cli.common.VerboseFlag;
import perseus.cli.evaluate.AnalyzeEvaluateCommand;
import perseus.cli.interruption.InterruptedOutput;
import perseus.cli.interruption.Interruptible;
import perseus.cli.pick.AnalyzeFleetCommand;
import perseus.cli.pick.AnalyzePickCommand;
import perseus.cli.report.AnalyzeReportCommand;
import perseus.cli.report.ChartFlags;
import perseus.cli.shell.CompletionCommand;
import perseus.io.UserError;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanDirectory;
import perseus.planfile.PlanSummary;
import perseus.recording.Recording;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-analyze}. It makes a stage profile from a recording, and then
 * plans, charts and a report from the profile.
 *
 * <p>Without a subcommand, {@code perseus-analyze} makes the profile, the plans, the charts and the
 * report. Each subcommand of {@code perseus-analyze}, such as {@code plan}, does only a part of the
 * analysis.
 */
@Command(
    name = "perseus-analyze",
    description = {
      "Makes a stage profile from the recording of a profiling run, plans the frequencies of an iteration for many"
          + " iteration times, draws charts, and writes a report. Without a subcommand, it does all of this.",
      ""
    },
    customSynopsis = {
      "perseus-analyze DIR... [-o OUT] [FLAGS]",
      "perseus-analyze COMMAND [FLAGS] ARGUMENT...",
    },
    footer = {
      "",
      "Environment: PERSEUS_EXTENSIONS adds jars, or folders with jars, separated by colons; see docs/extending.md."
    },
    sortOptions = false,
    subcommands = {
      AnalyzeCheckCommand.class,
      AnalyzeProfileCommand.class,
      AnalyzePlanCommand.class,
      AnalyzePickCommand.class,
      AnalyzeFleetCommand.class,
      AnalyzeSavingsCommand.class,
      AnalyzeEvaluateCommand.class,
      AnalyzeChartCommand.class,
      AnalyzeReportCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class
    })
public final class AnalyzeCommand implements Callable<Integer>, Interruptible {
  /**
   * Default name of the directory with the results. The directory with the results lies in the
   * directory of the recording.
   */
  public static final String OUTPUT = PlanCatalog.INSIDE_A_RECORDING;

  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(
      arity = "0..*",
      paramLabel = "DIR",
      description = "Directories with the recording of one job.")
  List<Path> directories;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = "Directory to write. Default: DIR/analysis.")
  Path output;

  @Option(
      names = "--num-microbatches",
      paramLabel = "N",
      description = "Microbatches per iteration. Default: from run.json.")
  Integer numMicrobatches;

  @Mixin AttributionFlags recording;
  @Mixin PlanningFlags planning;

  @Mixin ChartFlags charts;

  private volatile boolean plansWritten;

  /**
   * Runs the command {@code perseus-analyze} and ends the process with the exit code of the
   * command.
   */
  public static void main(String[] arguments) {
    System.exit(CommandRunner.run(new AnalyzeCommand(), arguments));
  }

  @Override
  public Integer call() {
    if (directories == null || directories.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "Name a directory with a recording, or a subcommand: check, profile, plan, pick, fleet, savings, evaluate, chart, report.");
    }
    requireNoMisspeltCommand(directories.get(0));
    Recording.requireDirectories(directories);
    Report report = new Report(spec.commandLine().getOut(), spec.commandLine().getErr());
    Path out = out();
    planning.check(spec.commandLine(), numMicrobatches);
    requireWritable(directories.get(0), out);
    EditedProfile.refuse(out.resolve("profile.csv"));
    charts.check(out);
    AttributionFlags.Result result =
        recording.analyze(spec.commandLine(), directories, numMicrobatches);
    report.recording(result);
    boolean oneFrequency = result.profile().frequencies().size() < 2;
    if ((oneFrequency || result.profile().isWithinErrors()) && !planning.plansOneFrequency()) {
      // The command writes the profile although it cannot make plans, because computing the profile
      // may have taken long.
      result.profile().write(out.resolve("profile.csv"));
      spec.commandLine().getOut().println("Written to " + out.resolve("profile.csv"));
      spec.commandLine().getOut().flush();
      if (Planning.removeOfOtherProfile(out)) {
        report.warnings(
            List.of(
                "The plans, charts and report of another profile were deleted from %s."
                    .formatted(out)));
      }
      ProfileChecks.requireDifferences(result.profile());
      throw ProfileChecks.nothingToPlan();
    }
    PlanSummary summary =
        Planning.write(
            result.profile(),
            planning,
            numMicrobatches,
            charts,
            out,
            spec,
            () -> plansWritten = true);
    List<String> reported = result.profile().notes().warnings();
    report.warnings(summary.warnings().stream().filter(w -> !reported.contains(w)).toList());
    report.plans(summary, out);
    return 0;
  }

  /** Refuses to run the command if nothing can be written into the output directory. */
  private void requireWritable(Path recording, Path out) {
    if (output == null && !Files.isDirectory(out) && !Files.isWritable(recording)) {
      throw new UserError(
          "The recording %s is read-only, so the directory %s cannot be created; choose another place with -o DIR."
              .formatted(recording, out));
    }
    PlanDirectory.requireWritable(out);
  }

  private Path out() {
    return output == null ? directories.get(0).resolve(OUTPUT) : output;
  }

  @Override
  public String kept() {
    return directories == null ? null : InterruptedOutput.kept(out(), plansWritten);
  }

  @Override
  public boolean stopsWork() {
    return true;
  }

  /**
   * Refuses to run the command if its first argument contains no slash and names no existing file.
   * A first argument without a slash that names no existing file is probably a subcommand with a
   * spelling mistake.
   */
  private void requireNoMisspeltCommand(Path first) {
    if (!Files.exists(first) && first.getParent() == null) {
      String word = first.toString();
      throw new ParameterException(
          spec.commandLine(),
          UsageProblem.misspeltCommand(spec, word).orElse(UsageProblem.noCommand(word)));
    }
  }
}
