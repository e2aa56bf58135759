package perseus.report;

import java.util.Base64;
import perseus.chart.figure.Chart;
import perseus.chart.svg.Markup;

/**
 * Adds a chart to a page. The chart is SVG, or an image if its SVG would be too large for browsers.
 */
final class ChartFigure {
  /**
   * Maximum number of characters of a chart in SVG. The SVG of a timeline can be larger than this
   * maximum, because each of its many boxes has about 500 characters.
   */
  private static final int MAX_SVG = 3_000_000;

  private ChartFigure() {}

  static void add(Html page, String name, Chart chart, String caption) {
    String svg = chart.svg(name);
    page.open("figure");
    page.open("div.chart");
    if (svg.length() <= MAX_SVG) {
      page.raw(svg);
    } else {
      page.raw(
          "<img alt=\"%s\" src=\"data:image/png;base64,%s\">"
              .formatted(Markup.escape(caption), Base64.getEncoder().encodeToString(chart.png())));
    }
    page.close("div");
    page.element("figcaption", caption);
    page.close("figure");
  }
}
