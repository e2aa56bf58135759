package perseus.chart.kind;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
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
 * power, and the fitted power, which is computed from the estimated power of each instruction.
 * Below the power, the chart shows which instructions the rank executed. The measured power of a
 * rank comes from its GPU's energy counter, and from the driver's power samples if they were
 * recorded. In a browser, each reading and each execution shows its values while the pointer is
 * over it.
 */
public final class RecordingChart implements Chart {

  /**
   * Holds the values that a recording chart shows.
   *
   * @param heading title and subtitle of the chart
   * @param updates mean power in each interval between two successive updates of the energy
   *     counter, in order of time
   * @param samples power samples in order of time; empty if none were recorded
   * @param spans executions of instructions between the first and the last reading; may be empty.
   *     An execution may start before the first reading or end after the last reading.
   */
  public record Data(
      Heading heading, List<Reading> updates, List<Reading> samples, List<Span> spans) {
    public Data {
      updates = List.copyOf(updates);
      samples = List.copyOf(samples);
      spans = List.copyOf(spans);
    }
  }

  /**
   * Holds the mean power of a GPU between two successive readings of a sensor: updates of its
   * energy counter, or power samples.
   *
   * @param startSeconds time of the earlier of the two sensor readings, in seconds
   * @param endSeconds time of the later of the two sensor readings, in seconds; greater than {@code
   *     startSeconds}
   * @param measuredWatts measured mean power in watts. Between two updates of the energy counter,
   *     the mean power is the increase divided by the time.
   * @param fittedWatts fitted mean power in watts, from the estimated powers of the instructions;
   *     NaN if the powers were not estimated
   */
  public record Reading(
      double startSeconds, double endSeconds, double measuredWatts, double fittedWatts) {
    public Reading {
      if (!(startSeconds < endSeconds)
          || !Double.isFinite(startSeconds)
          || !Double.isFinite(endSeconds)
          || !Double.isFinite(measuredWatts)) {
        throw new UserError(
            "A recording chart cannot show a reading from %s s to %s s with %s W."
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
   * @param startSeconds start of the execution in seconds, counted from the same point in time as
   *     the updates of the energy counter
   * @param endSeconds end of the execution in seconds, counted from the same point in time as the
   *     updates of the energy counter
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
   * @throws UserError if {@code data} has no reading
   */
  public static RecordingChart of(Data data) {
    if (data.updates().isEmpty() && data.samples().isEmpty()) {
      throw new UserError("The recording chart has no reading to show.");
    }
    return new RecordingChart(data);
  }

  @Override
  public Figure figure() {
    Legend legend = new Legend();
    if (!data.updates().isEmpty()) {
      legend.line("energy counter", Theme.INK, 1.6);
    }
    if (!data.samples().isEmpty()) {
      legend.line("power samples", Theme.BLUE, 2);
    }
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
          Axis time = Axis.between("time (s)", firstSeconds(), lastSeconds());
          figure.panel(plot(time), INSET, top - Plot.PADDING);
          return top + PLOT_HEIGHT + STRIP_HEIGHT + INSET;
        });
  }

  private boolean hasGaps() {
    double from = firstSeconds();
    double to = lastSeconds();
    double running =
        data.spans().stream()
            .mapToDouble(
                span -> Math.min(to, span.endSeconds()) - Math.max(from, span.startSeconds()))
            .sum();
    return running < (to - from) * 0.999;
  }

  private double firstSeconds() {
    return readings().mapToDouble(Reading::startSeconds).min().orElseThrow();
  }

  private double lastSeconds() {
    return readings().mapToDouble(Reading::endSeconds).max().orElseThrow();
  }

  private boolean hasFit() {
    return readings().anyMatch(reading -> !Double.isNaN(reading.fittedWatts()));
  }

  private Stream<Reading> readings() {
    return Stream.concat(data.updates().stream(), data.samples().stream());
  }

  private Plot plot(Axis time) {
    double highest =
        readings()
            .flatMapToDouble(u -> DoubleStream.of(u.measuredWatts(), u.fittedWatts()))
            .filter(watts -> !Double.isNaN(watts))
            .max()
            .orElse(0);
    Axis watts = Axis.between("power (W)", 0, highest > 0 ? highest * 1.08 : 1);
    Plot chart = new Plot(WIDTH - 2 * INSET, PLOT_HEIGHT, time, watts);
    addSteps(chart, "samples", data.samples(), Reading::measuredWatts, Theme.BLUE, 1.6);
    addSteps(chart, "measured", data.updates(), Reading::measuredWatts, Theme.INK, 1.3);
    if (hasFit()) {
      // The chart draws the fitted power at the power samples if possible, because power samples
      // have shorter intervals than counter updates.
      List<Reading> finest = data.samples().isEmpty() ? data.updates() : data.samples();
      addSteps(chart, "fitted", finest, Reading::fittedWatts, Theme.VERMILLION, 1.8);
    }
    chart.around(this::paintStrip);
    new RecordingTips(data).addTo(chart);
    return chart;
  }

  private void addSteps(
      Plot chart,
      String name,
      List<Reading> readings,
      ToDoubleFunction<Reading> watts,
      Color color,
      double width) {
    if (readings.isEmpty()) {
      return;
    }
    List<Double> x = new ArrayList<>();
    List<Double> y = new ArrayList<>();
    double previousEnd = Double.NaN;
    for (Reading reading : readings) {
      double value = watts.applyAsDouble(reading);
      if (previousEnd < reading.startSeconds()) {
        // The line of the power is interrupted where the recording has a gap between two
        // readings.
        x.add(previousEnd);
        y.add(Double.NaN);
      }
      x.add(reading.startSeconds());
      y.add(value);
      x.add(reading.endSeconds());
      y.add(value);
      previousEnd = reading.endSeconds();
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
      RecordingTips.hover(
          g, new Rectangle2D.Double(start, PLOT_HEIGHT, end - start, STRIP_HEIGHT), span);
    }
  }
}
