package perseus.report;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import perseus.chart.PlanCharts;
import perseus.chart.PlanHeading;
import perseus.chart.figure.Chart;
import perseus.io.AtomicFiles;
import perseus.planfile.PlanSummary;
import perseus.planfile.PlannedProblem;
import perseus.profile.ProfileNotes;

/**
 * Writes the report of a directory of plans as one HTML page. The page contains charts, the main
 * figures, tables of the plans, warnings, and a description of how the plans were computed.
 *
 * <p>The page is a single file, and its content security policy forbids browsers to load other
 * files. All texts that come from files are escaped for HTML. On one machine, the same directory
 * always gives the same page.
 */
public final class PlanReport {
  /** Name of the report in a directory of plans. */
  public static final String FILE_NAME = "report.html";

  private PlanReport() {}

  /**
   * Writes the report of a directory of plans.
   *
   * @param file file to write; if an old report exists, the new report replaces it completely, or
   *     not at all
   * @param drawn charts of the same directory of plans
   * @throws perseus.io.UserError if the report cannot be written, if fonts are missing, or if a
   *     file of the directory is unreadable or belongs to other plans
   */
  public static void write(Path file, PlannedProblem planned, PlanCharts drawn) {
    AtomicFiles.write(file, html(planned, drawn.byName()));
  }

  private static String html(PlannedProblem planned, Map<String, Chart> charts) {
    PlanSummary summary = PlanSummary.read(planned).orElse(null);
    ProfileNotes notes = planned.profile().notes();
    String model = notes.model() == null ? "a pipeline" : notes.model();
    Html page = new Html();
    page.element("h1", "Energy plans for " + model);
    page.element("p.mute", PlanHeading.of("", notes, planned.problem()).subtitle());
    if (planned.catalog().simulated()) {
      page.open("p.simulated");
      page.element("strong", "Simulated GPUs. ");
      page.text("All times and energies of this report were simulated, not measured.");
      page.close("p");
    }
    new MainFigures(planned.catalog()).addTo(page);
    addWarnings(page, summary, notes);
    page.element("h2", "Time and energy");
    ChartFigure.add(
        page,
        "frontier",
        charts.get("frontier"),
        "Each point is a plan. No plan can be below the line of the lower bound.");
    page.element("h2", "Pick a plan");
    new PlanTables(planned).addTo(page);
    page.element("h2", "An iteration");
    ChartFigure.add(
        page,
        "timeline",
        charts.get("timeline"),
        "Above: everything at the highest frequency. Below: the fastest plan. It slows down computations whose results are not needed earlier.");
    page.element("h2", "Profile");
    addProfiles(page, charts);
    page.element("h2", "How this was computed");
    new Provenance(planned, summary).addTo(page);
    return Page.of("Energy plans for " + model, page.toString());
  }

  private static void addWarnings(Html page, PlanSummary summary, ProfileNotes notes) {
    List<String> warnings = summary == null ? notes.warnings() : summary.warnings();
    if (warnings.isEmpty()) {
      return;
    }
    page.element("h2", warnings.size() == 1 ? "Warning" : warnings.size() + " warnings");
    page.open("ul.warnings");
    warnings.forEach(warning -> page.element("li", warning));
    page.close("ul");
  }

  private static void addProfiles(Html page, Map<String, Chart> charts) {
    charts.forEach(
        (name, chart) -> {
          if (name.startsWith(PlanCharts.PROFILE)) {
            String stage = name.substring(PlanCharts.PROFILE.length());
            page.open(stage.equals("0") ? "details open" : "details");
            page.element("summary", "Stage " + stage);
            ChartFigure.add(
                page, name, chart, "Time and energy of one execution at each frequency.");
            page.close("details");
          }
        });
  }

  /** Returns a number as text with a decimal point and a fixed number of decimals. */
  static String number(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
