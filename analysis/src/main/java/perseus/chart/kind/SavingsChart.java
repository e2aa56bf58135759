package perseus.chart.kind;

import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import perseus.chart.figure.Axis;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Figure;
import perseus.chart.figure.Glyph;
import perseus.chart.figure.Glyph.Form;
import perseus.chart.figure.Heading;
import perseus.chart.figure.Legend;
import perseus.chart.figure.PanelGrid;
import perseus.chart.figure.Plot;
import perseus.chart.figure.Theme;
import perseus.io.UserError;
import perseus.savings.Policy;
import perseus.savings.SavingsTables;
import perseus.savings.Workload;

/**
 * Draws the fraction of energy that a pipeline saves. The chart shows the saved energy without a
 * straggler (a slower pipeline to wait for), and with stragglers of several iteration times.
 *
 * <p>Each workload (one pipeline with its iterations) has a separate plot in the chart. The chart
 * draws each policy (method that chooses frequencies) as a line.
 */
public final class SavingsChart implements Chart {
  private static final double PANEL_WIDTH = 480;
  private static final double PANEL_HEIGHT = 380;
  private static final List<Glyph> GLYPHS =
      List.of(
          new Glyph(Form.CIRCLE, 4.5, Theme.BLUE, Color.WHITE),
          new Glyph(Form.TRIANGLE, 4.5, Theme.VERMILLION, Color.WHITE),
          new Glyph(Form.SQUARE, 4.2, Theme.GREEN, Color.WHITE),
          new Glyph(Form.DIAMOND, 4.6, Theme.PURPLE, Color.WHITE),
          new Glyph(Form.STAR, 4.6, Theme.ORANGE, Color.WHITE));

  private final Heading heading;
  private final SavingsTables savings;
  private final List<String> policies;
  private final Axis x;
  private final Axis y;

  private SavingsChart(Heading heading, SavingsTables savings) {
    this.heading = heading;
    this.savings = savings;
    LinkedHashSet<String> names = new LinkedHashSet<>();
    savings.workloads().forEach(w -> w.policies().forEach(policy -> names.add(policy.name())));
    policies = List.copyOf(names);
    x = Axis.over("time of the straggler / all-max time", DoubleStream.of(degrees()), 0.05);
    y =
        Axis.over(
            "energy saved (%)",
            DoubleStream.concat(
                DoubleStream.of(0),
                savings.workloads().stream()
                    .flatMap(w -> w.policies().stream().map(policy -> percents(w, policy)))
                    .flatMapToDouble(DoubleStream::of)),
            0.06);
  }

  /**
   * Returns a savings chart that shows the values in {@code savings}.
   *
   * @throws UserError if {@code savings} has no workload
   */
  public static SavingsChart of(Heading heading, SavingsTables savings) {
    if (savings.workloads().isEmpty()) {
      throw new UserError("The savings chart has no workload to show.");
    }
    return new SavingsChart(heading, savings);
  }

  @Override
  public Figure figure() {
    List<Workload> workloads = savings.workloads();
    PanelGrid grid = new PanelGrid(workloads.size(), PANEL_WIDTH, PANEL_HEIGHT);
    Legend legend = new Legend();
    policies.forEach(policy -> legend.lineAndMarker(policy, glyph(policy)));
    return Figure.draw(
        heading,
        2 * Figure.MARGIN + grid.width(),
        legend,
        figure -> {
          for (int i = 0; i < workloads.size(); i++) {
            grid.add(figure, i, workloads.get(i).name(), plot(workloads.get(i)));
          }
          return grid.bottom(figure);
        });
  }

  private Plot plot(Workload workload) {
    Plot plot = new Plot(PANEL_WIDTH, PANEL_HEIGHT, x, y);
    for (Policy policy : workload.policies()) {
      plot.lineAndMarkers(
          policy.name(), degrees(), percents(workload, policy), glyph(policy.name()));
      double[] saved = percents(workload, policy);
      for (int i = 0; i < saved.length; i++) {
        plot.hover(
            degrees()[i],
            saved[i],
            String.format(
                Locale.ROOT,
                "%s\nstraggler: %.3f x the time, %.2f %% saved",
                policy.name(),
                degrees()[i],
                saved[i]));
      }
    }
    return plot;
  }

  /**
   * Returns the iteration time of each straggler (slower pipeline), divided by the iteration time
   * of the baseline policy, in rising order. The first number in the returned array is 1, which
   * stands for a pipeline without a straggler.
   */
  private double[] degrees() {
    List<Double> degrees = new ArrayList<>(List.of(1.0));
    savings.stragglers().stream().filter(r -> r > 1).sorted().distinct().forEach(degrees::add);
    return degrees.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private double[] percents(Workload workload, Policy policy) {
    return DoubleStream.of(degrees())
        .map(r -> r == 1 ? workload.reduction(policy) : savings.withStraggler(workload, policy, r))
        .map(fraction -> 100 * fraction)
        .toArray();
  }

  private Glyph glyph(String policy) {
    return GLYPHS.get(policies.indexOf(policy) % GLYPHS.size());
  }
}
