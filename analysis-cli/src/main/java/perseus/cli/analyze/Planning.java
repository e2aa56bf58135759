package perseus.cli.analyze;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.chart.PlanCharts;
import perseus.cli.common.Version;
import perseus.cli.report.ChartFlags;
import perseus.cli.report.CommandWords;
import perseus.io.UserError;
import perseus.planfile.AllMaxCheck;
import perseus.planfile.PlanCatalog;
import perseus.planfile.PlanDirectory;
import perseus.planfile.PlanSummary;
import perseus.planfile.PlannedProblem;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.profile.Plausibility;
import perseus.profile.StageProfile;
import perseus.report.PlanReport;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Makes plans (GPU frequencies of all computations) from a stage profile, and writes the directory
 * of plans with its charts. The commands {@code perseus-analyze plan} and {@code perseus-analyze}
 * (without a subcommand) make their plans with this class.
 */
final class Planning {
  private Planning() {}

  /**
   * Makes the plans for which the user's flags ask. The method writes all files of the directory of
   * plans.
   *
   * @param numMicrobatches number of microbatches per iteration; if null, the number is read from
   *     the profile
   * @param charts flags that say whether to write the charts and the report
   * @param directory directory into which the plans, the profile and the charts are written; old
   *     charts and reports in it are deleted
   * @param plansWritten function that is called after the plans were written and before the charts
   *     are drawn
   */
  static PlanSummary write(
      StageProfile read,
      PlanningFlags flags,
      Integer numMicrobatches,
      ChartFlags charts,
      Path directory,
      CommandSpec spec,
      Runnable plansWritten) {
    if (charts.charts()) {
      PlanCharts.prepare();
    }
    StageProfile profile = flags.problem.prepared(read, numMicrobatches);
    List<String> implausible = Plausibility.check(profile);
    Frontier frontier = flags.plan(profile, numMicrobatches);
    List<String> warnings = new ArrayList<>();
    if (profile.notes().warnings() != null) {
      warnings.addAll(profile.notes().warnings());
    }
    warnings.addAll(implausible);
    warnings.addAll(frontier.problem().warnings());
    warnings.addAll(frontier.warnings());
    double allMaxSeconds = Plan.allMax(frontier.problem()).timeSeconds();
    double slowdown = frontier.fastest().timeSeconds() / allMaxSeconds;
    if (AllMaxCheck.isImpossible(slowdown)) {
      warnings.add(0, AllMaxCheck.sentence(slowdown));
    }
    PlanSummary summary =
        PlanSummary.of(
            frontier,
            profile,
            flags.planner,
            flags.times(allMaxSeconds),
            warnings,
            new PlanSummary.Origin(Version.program(), CommandWords.of(spec)));
    PlanDirectory.write(
        directory,
        frontier,
        summary,
        flags.planFormat,
        temporary -> {
          if (flags.problem.dag != null) {
            Files.copy(flags.problem.dag, temporary.resolve(PlannedProblem.DAG_FILE_NAME));
          }
          profile.write(temporary.resolve(PlannedProblem.PROFILE_FILE_NAME));
        });
    plansWritten.run();
    List<Path> drawn = new ArrayList<>();
    if (charts.charts()) {
      PlannedProblem planned = PlannedProblem.read(directory);
      PlanCharts planCharts = PlanCharts.of(planned, frontier.bound(), flags.baselines.names);
      drawn.addAll(planCharts.write(directory, frontier));
      if (charts.report()) {
        Path report = directory.resolve(PlanReport.FILE_NAME);
        PlanReport.write(report, planned, planCharts);
        drawn.add(report);
      }
    }
    PlanCharts.removeOthers(directory, drawn);
    return summary;
  }

  /**
   * Deletes the plans, charts and report of a directory if the plans were not made from the profile
   * in the directory.
   *
   * @return whether the directory contained plans from another profile
   */
  static boolean removeOfOtherProfile(Path directory) {
    if (!Files.exists(directory.resolve(PlanCatalog.FILE_NAME))) {
      return false;
    }
    try {
      PlannedProblem.requireOwnProfile(directory);
      return false;
    } catch (UserError otherProfile) {
      PlanDirectory.remove(directory);
      PlanCharts.removeOthers(directory, List.of());
      return true;
    }
  }
}
