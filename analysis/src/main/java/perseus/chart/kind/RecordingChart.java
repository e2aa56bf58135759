package perseus.chart.kind;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import perseus.chart.figure.Axis;
import perseus.chart.figure.Chart;
import perseus.chart.figure.Figure;
import perseus.chart.figure.Heading;
import perseus.chart.figure.Legend;
import perseus.chart.figure.Plot;
import perseus.chart.figure.PlotArea;
import perseus.chart.figure.Text;
import perseus.chart.figure.Theme;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * The power that an energy counter shows over a window of time, the power that was fitted to it,
 * and beneath them what ran.
 */
public final class RecordingChart implements Chart {

  /**
   * What the chart shows.
   *
   * @param heading title and subtitle
   * @param updates stretches of time between two updates of the counter, in order; at least one
   * @param spans what ran in that window; may be empty, and may begin before it and end after it
   */
  public record Data(Heading heading, List<Update> updates, List<Span> spans) {
    public Data {
      updates = List.copyOf(updates);
      spans = List.copyOf(spans);
    }
  }

  /**
   * The time between two updates of the counter.
   *
   * @param startSeconds the first update, in seconds
   * @param endSeconds the second, later
   * @param measuredWatts the counter's increment by the time between
   * @param fittedWatts mean fitted power in that time; NaN where there is none
   */
  public record Update(
      double startSeconds, double endSeconds, double measuredWatts, double fittedWatts) {
    public Update {
      if (!(startSeconds < endSeconds)
          || !Double.isFinite(startSeconds)
          || !Double.isFinite(endSeconds)
          || !Double.isFinite(measuredWatts)) {
        throw new UserError(
            "A recording chart cannot show a counter update of "
                + measuredWatts
                + " W from "
                + startSeconds
                + " s to "
                + endSeconds
                + " s.");
      }
    }
  }

  /**
   * One instruction that ran.
   *
   * @param instruction its kind
   * @param microbatch microbatch, from 0; negative where it belongs to none
   * @param startSeconds start, on the clock of the updates
   * @param endSeconds end, on the clock of the updates
   */
  public record Span(
      Instruction instruction, int microbatch, double startSeconds, double endSeconds) {}

  private static final double WIDTH = 1400;
  private static final double PLOT_HEIGHT = 400;
  private static final double STRIP_HEIGHT = 34;
  private static final double INSET = Figure.MARGIN - Plot.PADDING;

  private final Data data;

  private RecordingChart(Data data) {
    this.data = data;
  }

  /**
   * A chart of {@code data}.
   *
   * @throws UserError if there is no update of the counter
   */
  public static RecordingChart of(Data data) {
    if (data.updates().isEmpty()) {
      throw new UserError("The recording chart has no counter update to show.");
    }
    return new RecordingChart(data);
  }

  @Override
  public BufferedImage image() {
    Legend legend = new Legend().line("energy counter", Theme.INK, 1.6);
    if (hasFit()) {
      legend.line("fitted", Theme.VERMILLION, 2);
    }
    data.spans().stream()
        .map(Span::instruction)
        .distinct()
        .sorted(Theme.AS_IN_AN_ITERATION)
        .forEach(instruction -> legend.swatch(instruction.name(), Theme.colorOf(instruction)));
    return Figure.draw(
        data.heading(),
        WIDTH,
        legend,
        figure -> {
          double top = figure.contentTop();
          Axis time =
              Axis.between(
                  "time (s)",
                  data.updates().get(0).startSeconds(),
                  data.updates().get(data.updates().size() - 1).endSeconds());
          figure.panel(plot(time), INSET, top - Plot.PADDING);
          return top + PLOT_HEIGHT + STRIP_HEIGHT + INSET;
        });
  }

  private boolean hasFit() {
    return data.updates().stream().anyMatch(update -> !Double.isNaN(update.fittedWatts()));
  }

  private Plot plot(Axis time) {
    double highest =
        data.updates().stream()
            .flatMapToDouble(u -> DoubleStream.of(u.measuredWatts(), u.fittedWatts()))
            .filter(watts -> !Double.isNaN(watts))
            .max()
            .orElse(0);
    Axis watts = Axis.between("power (W)", 0, highest > 0 ? highest * 1.08 : 1);
    Plot chart = new Plot(WIDTH - 2 * INSET, PLOT_HEIGHT, time, watts);
    addSteps(chart, "measured", Update::measuredWatts, Theme.INK, 1.3);
    if (hasFit()) {
      addSteps(chart, "fitted", Update::fittedWatts, Theme.VERMILLION, 1.8);
    }
    chart.around(this::paintStrip);
    return chart;
  }

  private void addSteps(
      Plot chart, String name, ToDoubleFunction<Update> watts, Color color, double width) {
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    double previousEnd = Double.NaN;
    for (Update update : data.updates()) {
      double value = watts.applyAsDouble(update);
      if (previousEnd < update.startSeconds()) {
        // A hole in the recording is a hole in the line.
        x.add(previousEnd);
        y.add(Double.NaN);
      }
      x.add(update.startSeconds());
      y.add(value);
      x.add(update.endSeconds());
      y.add(value);
      previousEnd = update.endSeconds();
    }
    chart.line(
        name,
        x.stream().mapToDouble(Double::doubleValue).toArray(),
        y.stream().mapToDouble(Double::doubleValue).toArray(),
        color,
        width);
  }

  /** Paints what ran, beneath the axis and in step with it. */
  private void paintStrip(Graphics2D g, PlotArea area) {
    double left = area.bounds().getX();
    Rectangle2D strip =
        new Rectangle2D.Double(left, PLOT_HEIGHT, area.bounds().getWidth(), STRIP_HEIGHT);
    g.setColor(Theme.WAITING);
    g.fill(strip);
    g.setColor(Theme.MUTED);
    Text.right(g, Theme.SMALL, "running", left - 8, strip.getCenterY());
    for (Span span : data.spans()) {
      double start = Math.max(left, area.x(span.startSeconds()));
      double end = Math.min(strip.getMaxX(), area.x(span.endSeconds()));
      if (end <= start) {
        continue;
      }
      Color color = Theme.colorOf(span.instruction());
      g.setColor(color);
      g.fill(new Rectangle2D.Double(start, strip.getY(), end - start, STRIP_HEIGHT));
      if (end - start >= 3) {
        g.setColor(Color.WHITE);
        g.fill(new Rectangle2D.Double(end - 0.5, strip.getY(), 0.5, STRIP_HEIGHT));
      }
      String label = Theme.labelOf(span.instruction(), span.microbatch());
      if (Text.width(Theme.SMALL, label) + 4 < end - start) {
        g.setColor(Theme.readableOn(color));
        Text.centered(g, Theme.SMALL, label, (start + end) / 2, strip.getCenterY());
      }
    }
  }
}
