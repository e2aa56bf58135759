package perseus.chart;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Heading;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.TimeEnergy;
import perseus.chart.kind.FrontierChart;
import perseus.io.AtomicFiles;
import perseus.io.UserError;
import perseus.planfile.PlanFile;
import perseus.planfile.PlannedProblem;
import perseus.planner.Planner;
import perseus.planner.problem.Frontier;
import perseus.planner.problem.LowerBound;
import perseus.planner.problem.Plan;
import perseus.planner.problem.PlanningProblem;
import perseus.profile.StageProfile;

/**
 * Holds the charts of a directory of plans: {@code frontier}, {@code timeline}, and {@code
 * profile-stage-S} for each stage S. Each chart is laid out once, and drawn as SVG once, for files
 * and for the report. Only one thread at a time may use an object of this class.
 */
public final class PlanCharts {
  /** First part of the names of the charts of stages; the number of the stage follows. */
  public static final String PROFILE = "profile-stage-";

  private static final String FRONTIER = "frontier";

  private final FrontierChart.Data frontier;
  private final Map<String, Chart> charts;

  private PlanCharts(FrontierChart.Data frontier, Map<String, Chart> charts) {
    this.frontier = frontier;
    this.charts = Collections.unmodifiableMap(charts);
  }

  /**
   * Draws a small chart in the background. Fonts and drawing classes are then loaded before charts
   * are drawn. Fonts are loaded while a planner starts, because the start of planning uses only one
   * processor.
   */
  public static void prepare() {
    TimeEnergy point = new TimeEnergy(1, 1);
    Chart chart =
        FrontierChart.of(
            new FrontierChart.Data(
                new Heading("chart", "small"),
                SummedGpus.ONE,
                "plan",
                List.of(point),
                List.of(point),
                List.of(),
                point));
    Thread thread =
        new Thread(
            () -> {
              try {
                Chart laidOut = chart.laidOut();
                laidOut.svg("chart");
                laidOut.png();
              } catch (RuntimeException | Error e) {
                // Errors are ignored here, because they occur again when the user's charts are
                // drawn.
              }
            },
            "perseus-charts");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Returns the chart {@code frontier}, which shows the iteration time and energy of the plans of a
   * frontier.
   *
   * @param profile stage profile from which the plans were made
   * @param baselines planners whose plans the chart also shows. The chart leaves out planners that
   *     cannot solve the planning problem.
   */
  public static Chart frontier(StageProfile profile, Frontier frontier, List<Planner> baselines) {
    return FrontierChart.of(FrontierKind.data(profile.notes(), frontier, baselines));
  }

  /**
   * Lays out the charts of a directory of plans. The lower bound is read from {@code plans.json},
   * so nothing is planned again.
   *
   * @param baselines names of the planners whose plans the chart {@code frontier} also shows
   * @throws UserError if {@code baselines} contains an unknown planner, if a plan cannot be read,
   *     or if this machine has no fonts
   */
  public static PlanCharts of(PlannedProblem planned, List<String> baselines) {
    return of(planned, FrontierKind.boundOfPlans(planned), baselines);
  }

  /** Lays out the charts of a directory of plans whose lower bound on energy is already known. */
  public static PlanCharts of(PlannedProblem planned, LowerBound bound, List<String> baselines) {
    StageProfile profile = planned.profile();
    PlanningProblem problem = planned.problem();
    FrontierChart.Data frontier = FrontierKind.data(planned, bound, baselines);
    Map<String, Chart> charts = new LinkedHashMap<>();
    charts.put(FRONTIER, FrontierChart.of(frontier));
    for (int s = 0; s < problem.dag().stages(); s++) {
      charts.put(PROFILE + s, ProfileKind.chart(profile, problem, s));
    }
    Path fastest = planned.planFile(planned.catalog().plans().size() - 1);
    Map<String, Plan> plans = Map.of("fastest plan", PlanFile.predict(fastest, problem));
    charts.put("timeline", TimelineKind.chart(profile.notes(), problem, plans));
    charts.entrySet().parallelStream().forEach(chart -> chart.setValue(chart.getValue().laidOut()));
    return new PlanCharts(frontier, charts);
  }

  /** Returns the charts by the names of their files without an ending. */
  public Map<String, Chart> byName() {
    return charts;
  }

  /**
   * Writes each chart as PNG and as SVG.
   *
   * @param frontier the plans of the directory. The written chart {@code frontier} shows all
   *     breakpoints of the frontier's lower bound on energy.
   * @return paths of the written files
   * @throws UserError if a file cannot be written, or if this machine has no fonts
   */
  public List<Path> write(Path directory, Frontier frontier) {
    Map<String, Chart> written = new LinkedHashMap<>(charts);
    FrontierChart.Data withBound = FrontierKind.with(frontier, this.frontier);
    written.put(FRONTIER, FrontierChart.of(withBound).laidOut());
    // Drawing images takes most of the time, so several charts are drawn in parallel.
    return written.entrySet().parallelStream()
        .flatMap(chart -> write(directory.resolve(chart.getKey()), chart.getValue()).stream())
        .toList();
  }

  private static List<Path> write(Path name, Chart chart) {
    List<Path> files = new ArrayList<>();
    for (String ending : List.of(".png", Chart.SVG)) {
      Path file = name.resolveSibling(name.getFileName() + ending);
      chart.write(file);
      files.add(file);
    }
    return files;
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
