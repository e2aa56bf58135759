package perseus.cli.pick;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import perseus.cli.common.FlagValue;
import perseus.cli.common.VerboseFlag;
import perseus.fleet.FleetAssumptions;
import perseus.fleet.FleetComparison;
import perseus.fleet.FleetReport;
import perseus.numeric.Percent;
import perseus.planfile.AllMaxCheck;
import perseus.planfile.Goal;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlannedProblem;
import perseus.savings.Iteration;
import perseus.savings.TableFormat;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs the command {@code perseus-analyze fleet}, which computes how much energy, money and CO2 a
 * plan saves in a fleet of GPUs.
 */
@Command(
    name = "fleet",
    description = {
      "Computes the energy (MWh), cost and CO2 of a fleet of GPUs in a month, with and without a plan. Prints all"
          + " assumptions and formulas.",
      "Without a goal, the plan is the one of minimum energy that is not slower than all-max (--slowdown 1).",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  perseus-analyze fleet runs/xl/analysis --gpus 10000 --price 0.12 --currency USD --carbon 0.4 --pue 1.2",
      "  perseus-analyze fleet runs/xl/analysis --gpus 512 --slowdown 1.05 --hours 8760 --utilization 0.8"
    },
    sortOptions = false)
public final class AnalyzeFleetCommand implements Callable<Integer> {
  @Spec CommandSpec spec;
  @Mixin VerboseFlag verbose;

  @Parameters(paramLabel = "PLANS", description = "Directory that 'perseus-analyze plan' wrote.")
  Path directory;

  @Mixin FleetFlags fleet;

  @ArgGroup(exclusive = true)
  GoalFlags goal;

  @Option(
      names = "--format",
      paramLabel = "FORM",
      defaultValue = "text",
      description =
          "Format of the table: ${COMPLETION-CANDIDATES}. csv is the table alone. Default: ${DEFAULT-VALUE}.")
  TableFormat format;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    FleetAssumptions assumptions = FlagValue.of(spec.commandLine(), fleet::assumptions);
    Goal asked = goal == null ? new Goal.Slowdown(1) : FlagValue.of(spec.commandLine(), goal::goal);
    PlannedProblem planned = PlannedProblem.read(PlanCatalog.directory(directory));
    PlanCatalog catalog = planned.catalog();
    AllMaxCheck.requirePossible(catalog, planned.directory());
    PlanCatalog.Entry plan = asked.choose(catalog);
    FleetReport report =
        new FleetReport(
            new FleetComparison(
                assumptions,
                planned.gpus(),
                new Iteration(catalog.allMax().timeS(), catalog.allMax().energyJ()),
                new Iteration(plan.timeS(), plan.energyJ())),
            catalog.simulated());
    if (format != TableFormat.CSV) {
      out.printf(
          Locale.ROOT,
          "Plan %d: %s energy than all-max%s in %.4f x its time (%s)%n",
          plan.number(),
          Percent.lessOrMore(catalog.reduction(plan)),
          catalog.simulated() ? " (simulated)" : "",
          catalog.slowdown(plan),
          plan.planFile(planned.directory()));
      list(out, "Assumptions", report.assumptions());
      list(out, "Formulas", report.formulas());
      out.println();
    }
    out.print(format.format(report.table()));
    out.flush();
    return 0;
  }

  private static void list(PrintWriter out, String title, List<String> lines) {
    out.println();
    out.println(title + ":");
    lines.forEach(line -> out.println("- " + line));
  }
}
