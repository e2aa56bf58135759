package perseus.cli.analyze;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import perseus.chart.PlanCharts;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.planfile.PlanDirectory;
import perseus.planfile.PlanSummary;
import perseus.planner.Planners;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.profile.Plausibility;
import perseus.profile.StageProfile;

/**
 * From a profile to a directory of plans and charts: what {@code plan} and the all-in-one form
 * share.
 */
final class Planning {
  private Planning() {}

  /** Plans as {@code flags} say and writes all outputs into {@code directory}. */
  static PlanSummary write(
      StageProfile read,
      PlanningFlags flags,
      Integer numMicrobatches,
      boolean charts,
      Path directory) {
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
    PlanSummary summary =
        PlanSummary.of(frontier, profile, flags.planner, flags.times(allMaxSeconds), warnings);
    PlanDirectory.write(
        directory,
        frontier,
        summary,
        flags.planFormat,
        temporary -> {
          if (flags.problem.dag != null) {
            Files.copy(flags.problem.dag, temporary.resolve(PlannedDirectory.DAG));
          }
          profile.write(temporary.resolve("profile.csv"));
        });
    List<Path> drawn = List.of();
    if (charts) {
      drawn =
          new PlanCharts(profile, frontier.problem())
              .writeAll(
                  directory,
                  frontier,
                  flags.baselines.plans(frontier.problem(), Planners.of(flags.planner)));
    }
    removeChartsBut(drawn, directory);
    return summary;
  }

  /** Charts of an earlier planning would be taken for this one's. */
  private static void removeChartsBut(List<Path> drawn, Path directory) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> charts =
        Files.newDirectoryStream(directory, "{frontier,timeline,profile-stage-*}.png")) {
      for (Path chart : charts) {
        if (!drawn.contains(chart)) {
          Files.delete(chart);
        }
      }
    } catch (IOException e) {
      throw new UserError(
          "Former charts in %s cannot be removed: %s.".formatted(directory, AtomicFiles.reason(e)),
          e);
    }
  }
}
