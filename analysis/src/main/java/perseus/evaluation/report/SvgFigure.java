package perseus.evaluation.report;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import java.util.stream.DoubleStream;
import perseus.chart.figure.Axis;
import perseus.evaluation.report.Figure.Point;
import perseus.evaluation.report.Figure.Series;

/**
 * Draws a figure as SVG inside a web page. Colours are variables of the page's style, so that the
 * figure follows its light or dark setting.
 */
final class SvgFigure {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 400;
  private static final double LEFT = 70;
  private static final double RIGHT = 15;
  private static final double TOP = 15;
  private static final double BOTTOM = 50;
  private static final double LEGEND_LINE = 18;
  private static final int TICKS = 7;
  private static final double MARGIN = 0.04;
  private static final double RADIUS = 2.5;

  private final StringBuilder svg = new StringBuilder();
  private final Figure figure;
  private final Axis time;
  private final Axis energy;

  private SvgFigure(Figure figure) {
    this.figure = figure;
    time = Axis.over("iteration time (s)", values(figure, true), MARGIN);
    energy = Axis.over("iteration energy (J)", values(figure, false), MARGIN);
  }

  private static DoubleStream values(Figure figure, boolean times) {
    return figure.series().stream()
        .flatMap(series -> series.points().stream())
        .mapToDouble(point -> times ? point.seconds() : point.joules());
  }

  /** Returns the figure with its title and its legend as an element of a web page. */
  static String of(Figure figure) {
    return new SvgFigure(figure).draw();
  }

  private String draw() {
    double height = HEIGHT + LEGEND_LINE * figure.series().size();
    svg.append("<figure>\n<figcaption>")
        .append(Html.escape(figure.title()))
        .append("</figcaption>\n");
    add("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", WIDTH, height);
    svg.append(Html.escape(figure.title())).append("\">\n");
    axes();
    for (int i = 0; i < figure.series().size(); i++) {
      series(i, figure.series().get(i));
      legend(i, figure.series().get(i));
    }
    return svg.append("</svg>\n</figure>\n").toString();
  }

  private void axes() {
    for (double tick : time.ticks(TICKS)) {
      add("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" ", x(tick), x(tick));
      add("y1=\"%.1f\" y2=\"%.1f\"/>\n", TOP, HEIGHT - BOTTOM);
      text(x(tick), HEIGHT - BOTTOM + 18, "middle", label(time, tick));
    }
    for (double tick : energy.ticks(TICKS)) {
      add("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" ", LEFT, WIDTH - RIGHT);
      add("y1=\"%.1f\" y2=\"%.1f\"/>\n", y(tick), y(tick));
      text(LEFT - 6, y(tick) + 4, "end", label(energy, tick));
    }
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 38, "middle", time.title());
    add("<g transform=\"rotate(-90 14 %.0f)\">", HEIGHT / 2);
    text(14, HEIGHT / 2, "middle", energy.title());
    svg.append("</g>\n");
  }

  private static String label(Axis axis, double tick) {
    return new DecimalFormat(
            Axis.pattern(axis.tickStep(TICKS)), DecimalFormatSymbols.getInstance(Locale.ROOT))
        .format(tick);
  }

  private void series(int number, Series series) {
    if (series.isLine()) {
      add("<polyline class=\"line\" style=\"stroke:var(--s%d)\" points=\"", number);
      for (Point point : series.points()) {
        add("%.1f,%.1f ", x(point.seconds()), y(point.joules()));
      }
      svg.append("\"/>\n");
      return;
    }
    add("<g style=\"fill:var(--s%d)\">", number);
    for (Point point : series.points()) {
      add("<circle cx=\"%.1f\" cy=\"%.1f\" ", x(point.seconds()), y(point.joules()));
      add("r=\"%.1f\"/>", series.points().size() == 1 ? 2 * RADIUS : RADIUS);
    }
    svg.append("</g>\n");
  }

  private void legend(int number, Series series) {
    double y = HEIGHT + LEGEND_LINE * number;
    add("<rect x=\"%.0f\" y=\"%.1f\" ", LEFT, y - (series.isLine() ? 5 : 9));
    add("width=\"%.0f\" height=\"%.0f\" ", 18.0, series.isLine() ? 2.0 : 10.0);
    add("style=\"fill:var(--s%d)\"/>", number);
    text(LEFT + 26, y, "start", series.name());
  }

  private void text(double x, double y, String anchor, String text) {
    add("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
    svg.append(Html.escape(text)).append("</text>\n");
  }

  private double x(double seconds) {
    return LEFT + (seconds - time.min()) / (time.max() - time.min()) * (WIDTH - RIGHT - LEFT);
  }

  private double y(double joules) {
    double share = (joules - energy.min()) / (energy.max() - energy.min());
    return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
