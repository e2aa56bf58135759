package perseus.chart.kind;

import java.util.List;
import java.util.Locale;
import perseus.chart.figure.Plot;
import perseus.chart.figure.TimeEnergy;
import perseus.numeric.Percent;

/**
 * Adds a text to each point of a frontier chart (iteration time and energy of plans). A browser
 * shows the text of a point while the pointer is over the point.
 */
final class FrontierTips {
  private final FrontierChart.Data data;

  FrontierTips(FrontierChart.Data data) {
    this.data = data;
  }

  /**
   * Adds the texts of all points to the plot of a frontier chart. If a point of a baseline (another
   * planner) covers the point of a plan, a browser shows the text of the plan.
   *
   * @param joulesPerUnit 1 if the plot shows joules, 1000 if it shows kilojoules
   */
  void addTo(Plot plot, double joulesPerUnit) {
    data.baselines()
        .forEach(baseline -> add(plot, baseline.name(), baseline.points(), joulesPerUnit));
    add(plot, "plan", data.plans(), joulesPerUnit);
    add(plot, "all-max: all at the highest frequency", List.of(data.allMax()), joulesPerUnit);
  }

  private void add(Plot plot, String name, List<TimeEnergy> points, double joulesPerUnit) {
    for (TimeEnergy point : points) {
      plot.hover(
          point.timeSeconds(), point.energyJoules() / joulesPerUnit, name + "\n" + text(point));
    }
  }

  private String text(TimeEnergy point) {
    String values =
        String.format(Locale.ROOT, "%.6g s, %.2f J", point.timeSeconds(), point.energyJoules());
    TimeEnergy allMax = data.allMax();
    if (point == allMax || !(allMax.timeSeconds() > 0) || !(allMax.energyJoules() > 0)) {
      return values;
    }
    return values
        + String.format(
            Locale.ROOT,
            "\n%s energy than all-max, in %.4f × its time",
            Percent.lessOrMore(1 - point.energyJoules() / allMax.energyJoules()),
            point.timeSeconds() / allMax.timeSeconds());
  }
}
