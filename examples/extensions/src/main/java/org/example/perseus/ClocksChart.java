package org.example.perseus;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import perseus.chart.ChartKind;
import perseus.chart.ChartOptions;
import perseus.chart.PlanHeading;
import perseus.chart.figure.Axis;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Figure;
import perseus.chart.figure.Glyph;
import perseus.chart.figure.Legend;
import perseus.chart.figure.Plot;
import perseus.chart.figure.Theme;
import perseus.planfile.PlanFile;
import perseus.planfile.PlannedProblem;
import perseus.planner.problem.Plan;
import perseus.profile.ProfileRow;

/** Shows how many computations of the fastest plan run at each frequency. */
public final class ClocksChart implements ChartKind.OfPlans {
  private static final double WIDTH = 640;
  private static final double HEIGHT = 360;

  @Override
  public String name() {
    return "clocks";
  }

  @Override
  public Chart chart(PlannedProblem planned, ChartOptions options) {
    int fastest = planned.catalog().plans().size() - 1;
    Plan plan = PlanFile.predict(planned.planFile(fastest), planned.problem());
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int lane = 0; lane < planned.problem().dag().lanes(); lane++) {
      for (ProfileRow row : plan.computations(lane)) {
        counts.merge(row.frequencyMhz(), 1, Integer::sum);
      }
    }
    double[] clocks = counts.keySet().stream().mapToDouble(Integer::doubleValue).toArray();
    double[] numbers = counts.values().stream().mapToDouble(Integer::doubleValue).toArray();
    Glyph glyph = new Glyph(Glyph.Form.CIRCLE, 4.5, Theme.BLUE, Theme.INK);
    return () ->
        Figure.draw(
            PlanHeading.of(
                "Clocks of the fastest plan", planned.profile().notes(), planned.problem()),
            2 * Figure.MARGIN + WIDTH,
            new Legend(),
            figure -> {
              Axis x = Axis.over("frequency (MHz)", DoubleStream.of(clocks), 0.05);
              Axis y =
                  Axis.between(
                      "computations",
                      0,
                      1.1 * DoubleStream.of(numbers).max().orElse(1));
              Plot plot = new Plot(WIDTH, HEIGHT, x, y);
              plot.markers("computations", clocks, numbers, glyph);
              figure.panel(plot, Figure.MARGIN, figure.contentTop());
              return figure.contentTop() + HEIGHT + Figure.MARGIN;
            });
  }
}
