package perseus.chart;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.chart.figure.Chart;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.planfile.PlanFile;
import perseus.planfile.PlannedProblem;
import perseus.planner.Planner;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/** Makes the charts of the plans of a directory and writes the charts into this directory. */
public final class PlanCharts {
  /** First part of the names of the charts of stages; the number of the stage follows. */
  public static final String PROFILE = "profile-stage-";

  private PlanCharts() {}

  /**
   * Returns the chart {@code frontier}, which shows the iteration time and energy of the plans of a
   * frontier.
   *
   * @param profile stage profile from which the plans of the frontier were made
   * @param baselines planners whose plans the chart also shows. The chart leaves out planners that
   *     cannot solve the planning problem.
   */
  public static Chart frontier(StageProfile profile, Frontier frontier, List<Planner> baselines) {
    return FrontierKind.chart(profile.notes(), frontier, baselines);
  }

  /**
   * Writes the charts {@code frontier} and {@code timeline}, and a chart {@code profile-stage-S}
   * for each stage S, each as PNG and as SVG.
   *
   * @param profile stage profile from which the plans of the frontier were made
   * @param planner planner that made the frontier
   * @param baselines names of the planners whose plans the chart {@code frontier} also shows
   * @return paths of the written files
   * @throws UserError if {@code baselines} contains a name that no planner has, if a file cannot be
   *     written, or if this machine has no fonts
   */
  public static List<Path> write(
      Path directory,
      StageProfile profile,
      Frontier frontier,
      Planner planner,
      List<String> baselines) {
    Map<String, Chart> charts =
        charts(
            profile,
            frontier.problem(),
            frontier(profile, frontier, FrontierKind.baselines(baselines, planner)),
            frontier.fastest());
    List<Path> files = new ArrayList<>();
    charts.forEach(
        (name, chart) -> {
          for (String ending : List.of(".png", Chart.SVG)) {
            Path file = directory.resolve(name + ending);
            chart.write(file);
            files.add(file);
          }
        });
    return files;
  }

  /**
   * Returns the charts of a directory of plans. The key of each chart is the name of its file
   * without the ending, as {@link #write} names it. The method takes the lower bound from {@code
   * plans.json}, and does not plan again.
   *
   * @throws UserError if {@code baselines} contains a name that no planner has, or if a plan of the
   *     directory cannot be read
   */
  public static Map<String, Chart> of(PlannedProblem planned, List<String> baselines) {
    int fastest = planned.catalog().plans().size() - 1;
    return charts(
        planned.profile(),
        planned.problem(),
        FrontierKind.chart(planned, baselines),
        PlanFile.predict(planned.planFile(fastest), planned.problem()));
  }

  private static Map<String, Chart> charts(
      StageProfile profile, PlanningProblem problem, Chart frontier, Plan fastest) {
    Map<String, Chart> charts = new LinkedHashMap<>();
    charts.put("frontier", frontier);
    for (int s = 0; s < problem.dag().stages(); s++) {
      charts.put(PROFILE + s, ProfileKind.chart(profile, problem, s));
    }
    charts.put(
        "timeline", TimelineKind.chart(profile.notes(), problem, Map.of("fastest plan", fastest)));
    return charts;
  }

  /**
   * Deletes the charts and the report of earlier plans from a directory that now contains new
   * plans. If the old charts were not deleted, a user could believe that the old charts show the
   * new plans.
   *
   * @param kept paths of the charts and the report of the new plans, which are not deleted
   * @throws UserError if a chart of earlier plans cannot be deleted
   */
  public static void removeOthers(Path directory, List<Path> kept) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> charts =
        Files.newDirectoryStream(
            directory,
            "{frontier.png,frontier.svg,timeline.png,timeline.svg,profile-stage-*.png,profile-stage-*.svg,report.html}")) {
      for (Path chart : charts) {
        if (!kept.contains(chart)) {
          Files.delete(chart);
        }
      }
    } catch (IOException e) {
      throw new UserError(
          "Charts of earlier plans in %s cannot be removed: %s."
              .formatted(directory, AtomicFiles.reason(e)),
          e);
    }
  }
}
