package perseus.chart.kind;

import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import perseus.chart.figure.Plot;
import perseus.chart.figure.PlotArea;
import perseus.chart.svg.SvgGraphics;

/**
 * Adds texts to a recording chart. A browser shows a text while the pointer is over a sensor
 * reading or over an execution of an instruction. Over a sensor reading, the text contains the
 * measured and the fitted power. Over an execution, the text contains the instruction and its time.
 *
 * <p>The pointer may be above or below the line of a sensor reading, because a thin line is hard to
 * hit. If the recording has power samples, the updates of the energy counter have no texts, because
 * their intervals are longer.
 */
final class RecordingTips {
  /**
   * Minimum width in typographic points of the band in which a browser shows the text of a sensor
   * reading. A band that is narrower than this width gets no text, because users cannot point at
   * it.
   */
  private static final double NARROWEST = 0.5;

  private final String sensor;
  private final List<RecordingChart.Reading> readings;

  RecordingTips(RecordingChart.Data data) {
    boolean hasSamples = !data.samples().isEmpty();
    sensor = hasSamples ? "power sample" : "energy counter";
    readings = hasSamples ? data.samples() : data.updates();
  }

  void addTo(Plot plot) {
    plot.around(
        (g, area) -> {
          for (RecordingChart.Reading reading : readings) {
            band(g, area, reading);
          }
        });
  }

  private void band(Graphics2D g, PlotArea area, RecordingChart.Reading reading) {
    Rectangle2D bounds = area.bounds();
    double left = Math.max(bounds.getMinX(), area.x(reading.startSeconds()));
    double right = Math.min(bounds.getMaxX(), area.x(reading.endSeconds()));
    if (right - left >= NARROWEST) {
      SvgGraphics.hover(
          g,
          new Rectangle2D.Double(left, bounds.getY(), right - left, bounds.getHeight()),
          () -> text(reading));
    }
  }

  private String text(RecordingChart.Reading reading) {
    String measured =
        String.format(
            Locale.ROOT,
            "%s: %.1f W\n%.4f to %.4f s",
            sensor,
            reading.measuredWatts(),
            reading.startSeconds(),
            reading.endSeconds());
    return Double.isNaN(reading.fittedWatts())
        ? measured
        : measured + String.format(Locale.ROOT, "\nfitted: %.1f W", reading.fittedWatts());
  }

  /** Adds a text to the box of an executed instruction. */
  static void hover(Graphics2D g, Shape box, RecordingChart.Span span) {
    String name = span.instruction().name();
    SvgGraphics.hover(
        g,
        box,
        () ->
            String.format(
                Locale.ROOT,
                "%s%s\n%.4f to %.4f s (%.2f ms)",
                name,
                span.microbatch() < 0 ? "" : " of microbatch " + span.microbatch(),
                span.startSeconds(),
                span.endSeconds(),
                1e3 * (span.endSeconds() - span.startSeconds())));
  }
}
