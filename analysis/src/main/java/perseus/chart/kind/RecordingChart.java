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
import perseus.chart.figure.KindColors;
import perseus.chart.figure.Legend;
import perseus.chart.figure.Plot;
import perseus.chart.figure.PlotArea;
import perseus.chart.figure.Text;
import perseus.chart.figure.Theme;
import perseus.io.UserError;
import perseus.pipeline.Instruction;

/**
 * Draws how the power of one rank (GPU process) changes over time. The chart shows the measured
 * power and the fitted power, which is the power that the estimated powers of the instructions
 * predict. Below the power, the chart shows which instructions the rank executed. The measured
 * power of a rank comes from the energy counter of its GPU.
 */
public final class RecordingChart implements Chart {

  /**
   * Holds the values that a recording chart shows.
   *
   * @param heading title and subtitle of the chart
   * @param updates mean power in each interval between two successive updates of the energy
   *     counter, in order of time; at least one interval
   * @param spans executions of instructions between the first and the last update of the energy
   *     counter; may be empty. An execution may start before the first update or end after the last
   *     update.
   */
  public record Data(Heading heading, List<Update> updates, List<Span> spans) {
    public Data {
      updates = List.copyOf(updates);
      spans = List.copyOf(spans);
    }
  }

  /**
   * Holds the mean power of a GPU between two successive updates of its energy counter.
   *
   * @param startSeconds time of the earlier update of the energy counter, in seconds
   * @param endSeconds time of the later update of the energy counter, in seconds; greater than
   *     {@code startSeconds}
   * @param measuredWatts measured mean power in watts. The measured mean power is the energy by
   *     which the counter increased between the two updates, divided by the time between them.
   * @param fittedWatts mean power in watts that the estimated powers of the instructions predict
   *     for the time between the two updates; NaN if the powers were not estimated
   */
  public record Update(
      double startSeconds, double endSeconds, double measuredWatts, double fittedWatts) {
    public Update {
      if (!(startSeconds < endSeconds)
          || !Double.isFinite(startSeconds)
          || !Double.isFinite(endSeconds)
          || !Double.isFinite(measuredWatts)) {
        throw new UserError(
            "A recording chart cannot show a counter update from %s s to %s s with %s W."
                .formatted(startSeconds, endSeconds, measuredWatts));
      }
    }
  }

  /**
   * Holds the start and the end of one execution of an instruction.
   *
   * @param instruction kind of instruction
   * @param microbatch number of the microbatch, from 0; a negative number means that the
   *     instruction belongs to no microbatch
   * @param startSeconds start of the execution in seconds. The start has the same zero as the times
   *     of the energy counter's updates.
   * @param endSeconds end of the execution in seconds. The end has the same zero as the times of
   *     the energy counter's updates.
   */
  public record Span(
      Instruction instruction, int microbatch, double startSeconds, double endSeconds) {}

  private static final double WIDTH = 1400;
  private static final double PLOT_HEIGHT = 400;
  private static final double STRIP_HEIGHT = 34;
  private static final double INSET = Figure.MARGIN - Plot.PADDING;

  private final Data data;
  private final KindColors kinds;

  private RecordingChart(Data data) {
    this.data = data;
    this.kinds = new KindColors(data.spans().stream().map(Span::instruction));
  }

  /**
   * Returns a recording chart that shows the values in {@code data}.
   *
   * @throws UserError if {@code data} has no update of the energy counter
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
    for (Instruction kind : kinds.kinds()) {
      legend.swatch(kind.name(), kinds.of(kind));
    }
    if (hasGaps()) {
      legend.swatch("no instruction", Theme.WAITING);
    }
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

  private boolean hasGaps() {
    double from = data.updates().get(0).startSeconds();
    double to = data.updates().get(data.updates().size() - 1).endSeconds();
    double running =
        data.spans().stream()
            .mapToDouble(
                span -> Math.min(to, span.endSeconds()) - Math.max(from, span.startSeconds()))
            .sum();
    return running < (to - from) * 0.999;
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
        // The line of the power is interrupted where the recording has a gap between two updates of
        // the energy counter.
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

  /**
   * Draws the executed instructions in a strip below the plot of the power, with the same time
   * axis.
   */
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
      Color color = kinds.of(span.instruction());
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
