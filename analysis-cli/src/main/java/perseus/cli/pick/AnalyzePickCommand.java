package perseus.cli.pick;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import perseus.cli.common.FlagValue;
import perseus.cli.common.GivenFlags;
import perseus.cli.common.OutputFile;
import perseus.cli.common.VerboseFlag;
import perseus.io.OutputTarget;
import perseus.io.UserError;
import perseus.numeric.Percent;
import perseus.planfile.AllMaxCheck;
import perseus.planfile.ExactChoice;
import perseus.planfile.Goal;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanDirectory;
import perseus.planfile.PlanFile;
import perseus.planfile.PlanFormat;
import perseus.planfile.PlanOrigin;
import perseus.planfile.PlannedProblem;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-analyze pick}, which chooses from a directory of plans the best
 * plan for the user's goal.
 */
@Command(
    name = "pick",
    customSynopsis = "perseus-analyze pick OUT GOAL [FLAGS]",
    description = {
      "Chooses the best plan for a goal from the plans of a directory. GOAL is one of --deadline, --slowdown, --energy,"
          + " --power-cap, --straggler, --min-energy and --min-edp.",
      ""
    },
    sortOptions = false)
public final class AnalyzePickCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(paramLabel = "OUT", description = "Directory that 'perseus-analyze plan' wrote.")
  Path directory;

  @ArgGroup(exclusive = true, multiplicity = "1")
  PickGoalFlags goal;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "plan.py",
      description = "File to copy the plan to. Default: no copy.")
  Path output;

  @Option(
      names = "--overwrite",
      description = "Replace the file of --output even if it is not a plan.")
  boolean overwrite;

  @Option(
      names = "--exact",
      description =
          "Make new plans for exactly this goal from OUT/profile.csv. The best of the new plans and the plans in"
              + " OUT is written to --output, or without --output to OUT/exact.py.")
  boolean exact;

  @Option(
      names = "--plan-format",
      paramLabel = "FORM",
      defaultValue = "lowtime",
      description =
          "With --exact: form of the plan file, lowtime (frequencies) or zeus (pairs of an instruction and a frequency). Default: ${DEFAULT-VALUE}.")
  PlanFormat planFormat;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    directory = PlanCatalog.directory(directory);
    Goal asked = FlagValue.of(spec.commandLine(), goal::goal);
    if (exact) {
      PlannedProblem planned = PlannedProblem.read(directory);
      AllMaxCheck.requirePossible(planned.catalog(), directory);
      requireOutside(planned.catalog().plans().get(0));
      Path file = output == null ? directory.resolve("exact.py") : output;
      requireReplaceable(file);
      ExactChoice choice = ExactChoice.of(asked, planned);
      print(out, asked, choice.catalog(), choice.entry());
      PlanDirectory.writePlan(
          file,
          choice.frontier(),
          choice.entry().number(),
          PlanOrigin.of(directory, choice.catalog()),
          planFormat);
      out.println(file);
      out.flush();
      return 0;
    }
    GivenFlags.refuse(
        spec.commandLine(),
        "--plan-format",
        "applies with --exact only; an existing plan is copied unchanged");
    PlanCatalog catalog = PlanCatalog.read(directory);
    PlanCatalog.Entry plan = asked.choose(catalog);
    Path file = plan.planFile(directory);
    PlannedProblem.requireOwnProfile(directory);
    AllMaxCheck.requirePossible(catalog, directory);
    requireOutside(plan);
    if (output != null) {
      requireReplaceable(output);
      PlanDirectory.copyPlan(file, output);
    }
    print(out, asked, catalog, plan);
    out.println(output == null ? file : output);
    out.flush();
    return 0;
  }

  /**
   * Refuses to run the command if its output file would replace a file of the directory of plans.
   */
  private void requireOutside(PlanCatalog.Entry plan) {
    if (output != null) {
      for (Path file : PlanDirectory.files(output, directory.resolve(plan.file()))) {
        new OutputFile(spec.commandLine(), "--output", file).requireNoneOfPlans(directory);
      }
    }
  }

  /**
   * Refuses to replace a file that is neither empty nor a plan, unless the user has given the flag
   * {@code --overwrite}.
   */
  private void requireReplaceable(Path file) {
    OutputTarget.requireFile(file);
    if (!overwrite && !OutputTarget.isDevice(file) && !PlanFile.isPlanOrEmpty(file)) {
      throw new UserError(
          "%s exists and is not a plan; choose another --output, or give --overwrite."
              .formatted(file));
    }
  }

  private static void print(
      PrintWriter out, Goal goal, PlanCatalog catalog, PlanCatalog.Entry plan) {
    out.printf(
        Locale.ROOT,
        "%.6f s, %.2f J%s: %s energy than all-max%s in %.4f x its time, %s above the lower bound%n",
        plan.timeS(),
        plan.energyJ(),
        catalog.simulated() ? " (simulated)" : "",
        Percent.lessOrMore(goal.reduction(catalog, plan)),
        goal instanceof Goal.Straggler ? ", both waiting for the straggler," : "",
        catalog.slowdown(plan),
        Percent.of(Math.max(0, plan.gap()), 3));
  }
}
