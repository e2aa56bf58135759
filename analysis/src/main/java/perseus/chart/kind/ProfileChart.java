package perseus.chart.kind;

import java.awt.Color;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import perseus.chart.figure.Axis;
import perseus.chart.figure.Callouts;
import perseus.chart.figure.Chart;
import perseus.chart.figure.ColorRamp;
import perseus.chart.figure.Figure;
import perseus.chart.figure.Glyph;
import perseus.chart.figure.Glyph.Form;
import perseus.chart.figure.Heading;
import perseus.chart.figure.Legend;
import perseus.chart.figure.PanelGrid;
import perseus.chart.figure.Plot;
import perseus.chart.figure.SummedGpus;
import perseus.chart.figure.Theme;
import perseus.chart.figure.TimeEnergy;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Draws the time and energy of the computations of one stage at each frequency.
 *
 * <p>Each kind of computation has a separate plot, because a backward takes two or three times as
 * long as a forward.
 */
public final class ProfileChart implements Chart {

  /**
   * Holds the values that a profile chart shows.
   *
   * @param heading title and subtitle of the chart
   * @param gpus number of GPUs of the stage, whose energies are summed up
   * @param panels values of each plot; at least one plot. The chart has one plot for each kind of
   *     computation of the stage.
   */
  public record Data(Heading heading, SummedGpus gpus, List<Panel> panels) {
    public Data {
      panels = List.copyOf(panels);
    }
  }

  /**
   * Holds the values of one plot: the measured times and energies of one kind of computation.
   *
   * <p>Planners use only some of the measured frequencies. Planners use the frequencies on the
   * lower convex hull of the points (t, e - p t). Here, t and e are time and energy at a frequency,
   * and p is the power of a waiting GPU. The chart connects the measured points of the frequencies
   * that planners use by straight lines.
   *
   * @param instruction kind of computation, such as forward or backward
   * @param measured time and energy of the computation at each measured frequency; at least one
   *     frequency
   * @param hull measured time and energy at each frequency that planners use; may be empty
   */
  public record Panel(Instruction instruction, List<Option> measured, List<TimeEnergy> hull) {
    public Panel {
      measured = List.copyOf(measured);
      hull = List.copyOf(hull);
    }
  }

  /**
   * Holds the time and energy of a computation at one frequency.
   *
   * @param frequencyMhz frequency (SM clock of the GPU) in MHz
   * @param timeEnergy mean time and mean energy of one execution of the computation
   */
  public record Option(int frequencyMhz, TimeEnergy timeEnergy) {}

  private static final double PANEL_WIDTH = 520;
  private static final double PANEL_HEIGHT = 420;
  private static final double BAR_WIDTH = 96;

  private final Data data;
  private final ColorRamp frequencies;

  private ProfileChart(Data data) {
    this.data = data;
    this.frequencies =
        ColorRamp.depth(
            allOptions(data).mapToInt(Option::frequencyMhz).min().orElseThrow(),
            allOptions(data).mapToInt(Option::frequencyMhz).max().orElseThrow());
  }

  /**
   * Returns a profile chart that shows the values in {@code data}.
   *
   * @throws UserError if {@code data} has no plot, or if a plot has no measured frequency
   */
  public static ProfileChart of(Data data) {
    if (data.panels().isEmpty()) {
      throw new UserError("The profile chart has no computation to show.");
    }
    for (Panel panel : data.panels()) {
      if (panel.measured().isEmpty()) {
        throw new UserError(
            "The profile chart has no measured frequency of " + panel.instruction() + ".");
      }
    }
    return new ProfileChart(data);
  }

  @Override
  public Figure figure() {
    PanelGrid grid = new PanelGrid(data.panels().size(), PANEL_WIDTH, PANEL_HEIGHT);
    double width = 2 * Figure.MARGIN + grid.width() + BAR_WIDTH;
    Legend legend =
        new Legend()
            .marker(
                "measured, coloured by frequency",
                new Glyph(Form.CIRCLE, 4, color(0.5), Color.WHITE));
    if (data.panels().stream().anyMatch(panel -> panel.hull().size() > 1)) {
      legend.line("frequencies that plans use", Theme.INK, 1.4);
    }
    return Figure.draw(
        data.heading(),
        width,
        legend,
        figure -> {
          for (int i = 0; i < data.panels().size(); i++) {
            Panel panel = data.panels().get(i);
            grid.add(figure, i, panel.instruction().name(), plot(panel));
          }
          Rectangle2D bar =
              new Rectangle2D.Double(
                  width - Figure.MARGIN - BAR_WIDTH + 26,
                  figure.contentTop() + PanelGrid.TITLE_HEIGHT + 40,
                  14,
                  PANEL_HEIGHT * 0.6);
          figure.painting(g -> frequencies.paintBar(g, bar, "MHz"));
          return grid.bottom(figure);
        });
  }

  private Color color(double part) {
    return frequencies.at(frequencies.min() + part * (frequencies.max() - frequencies.min()));
  }

  private Plot plot(Panel panel) {
    // If all times of a plot are below one second, the plot shows milliseconds, because numbers in
    // milliseconds have fewer digits.
    double slowest =
        panel.measured().stream().mapToDouble(o -> o.timeEnergy().timeSeconds()).max().orElse(0);
    double perSecond = slowest < 1 ? 1000 : 1;
    List<TimeEnergy> all =
        Stream.concat(panel.measured().stream().map(Option::timeEnergy), panel.hull().stream())
            .toList();
    Axis x =
        Axis.over(
            perSecond == 1 ? "time (s)" : "time (ms)",
            all.stream().mapToDouble(point -> point.timeSeconds() * perSecond),
            0.07);
    Axis y =
        Axis.over(
            data.gpus().title("energy", "J"),
            all.stream().mapToDouble(TimeEnergy::energyJoules),
            0.09);
    Plot chart = new Plot(PANEL_WIDTH, PANEL_HEIGHT, x, y);
    List<TimeEnergy> hull =
        panel.hull().stream().sorted(Comparator.comparingDouble(TimeEnergy::timeSeconds)).toList();
    if (!hull.isEmpty()) {
      chart.line(
          "hull",
          hull.stream().mapToDouble(point -> point.timeSeconds() * perSecond).toArray(),
          hull.stream().mapToDouble(TimeEnergy::energyJoules).toArray(),
          Theme.INK,
          1.4);
    }
    chart.inside(
        (g, area) -> {
          List<Point2D> points =
              panel.measured().stream()
                  .<Point2D>map(
                      option ->
                          new Point2D.Double(
                              area.x(option.timeEnergy().timeSeconds() * perSecond),
                              area.y(option.timeEnergy().energyJoules())))
                  .toList();
          for (int i = 0; i < points.size(); i++) {
            Color color = frequencies.at(panel.measured().get(i).frequencyMhz());
            new Glyph(Form.CIRCLE, 4, color, Color.WHITE)
                .paint(g, points.get(i).getX(), points.get(i).getY());
          }
          Callouts callouts = new Callouts(area.bounds());
          callouts.avoid(points);
          callouts.avoidLine(
              hull.stream()
                  .<Point2D>map(
                      point ->
                          new Point2D.Double(
                              area.x(point.timeSeconds() * perSecond),
                              area.y(point.energyJoules())))
                  .toList());
          for (Option option : labelled(panel)) {
            Point2D point = points.get(panel.measured().indexOf(option));
            callouts.paint(g, point.getX(), point.getY(), List.of(option.frequencyMhz() + " MHz"));
          }
        });
    for (Option option : panel.measured()) {
      TimeEnergy point = option.timeEnergy();
      chart.hover(
          point.timeSeconds() * perSecond,
          point.energyJoules(),
          String.format(
              Locale.ROOT,
              "%d MHz\n%.2f ms, %.3f J",
              option.frequencyMhz(),
              1000 * point.timeSeconds(),
              point.energyJoules()));
    }
    return chart;
  }

  /**
   * Returns the frequencies, with time and energy, that get a label. The labelled frequencies are
   * those of minimum time, of maximum time and of minimum energy, and the slowest frequency that
   * planners use.
   */
  private static Set<Option> labelled(Panel panel) {
    Comparator<Option> byTime =
        Comparator.comparingDouble(option -> option.timeEnergy().timeSeconds());
    Set<Option> labelled = new LinkedHashSet<>();
    labelled.add(panel.measured().stream().min(byTime).orElseThrow());
    labelled.add(
        panel.measured().stream()
            .min(Comparator.comparingDouble(option -> option.timeEnergy().energyJoules()))
            .orElseThrow());
    panel.hull().stream()
        .max(Comparator.comparingDouble(TimeEnergy::timeSeconds))
        .flatMap(
            end ->
                panel.measured().stream()
                    .filter(option -> option.timeEnergy().equals(end))
                    .findFirst())
        .ifPresent(labelled::add);
    labelled.add(panel.measured().stream().max(byTime).orElseThrow());
    return labelled;
  }

  private static Stream<Option> allOptions(Data data) {
    return data.panels().stream().flatMap(panel -> panel.measured().stream());
  }
}
