package perseus.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import perseus.recording.Instruction;

/** Fonts, colours and lines that all charts share. */
final class Theme {
  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 19);
  static final Font SUBTITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  static final Font PANEL_TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 13);
  static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

  static final Color INK = new Color(0x22, 0x22, 0x22);
  static final Color MUTED = new Color(0x5F, 0x5F, 0x5F);
  static final Color GRID = new Color(0xE8, 0xE8, 0xE8);
  static final Color AXIS = new Color(0x9A, 0x9A, 0x9A);

  /** A stage that waits. */
  static final Color WAITING = new Color(0xE4, 0xE4, 0xE4);

  // The palette of Okabe and Ito: told apart with every common kind of colour blindness.
  static final Color BLUE = new Color(0x00, 0x72, 0xB2);
  static final Color SKY = new Color(0x56, 0xB4, 0xE9);
  static final Color VERMILLION = new Color(0xD5, 0x5E, 0x00);
  static final Color GREEN = new Color(0x00, 0x9E, 0x73);
  static final Color PURPLE = new Color(0xCC, 0x79, 0xA7);
  static final Color ORANGE = new Color(0xE6, 0x9F, 0x00);

  /** Backward: much darker than the sky blue of forward, so that grey prints tell them apart. */
  static final Color NAVY = new Color(0x0B, 0x3C, 0x6F);

  private static final Color OTHER = new Color(0x80, 0x80, 0x80);

  private Theme() {}

  static Color colorOf(Instruction instruction) {
    if (instruction.equals(Instruction.FORWARD)) {
      return SKY;
    }
    if (instruction.equals(Instruction.BACKWARD)) {
      return NAVY;
    }
    return instruction.equals(Instruction.RECOMPUTATION) ? PURPLE : OTHER;
  }

  /** How a box of an instruction is labelled: {@code F3} for the forward of microbatch 3. */
  static String labelOf(Instruction instruction, int microbatch) {
    String letter = instruction.name().substring(0, 1).toUpperCase(Locale.ROOT);
    return microbatch < 0 ? letter : letter + microbatch;
  }

  /** Black or white, whichever is easier to read on {@code background}. */
  static Color readableOn(Color background) {
    double luminance =
        0.299 * background.getRed() + 0.587 * background.getGreen() + 0.114 * background.getBlue();
    return luminance > 140 ? INK : Color.WHITE;
  }

  static BasicStroke stroke(double width) {
    return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  }

  /**
   * An empty plot.
   *
   * @param width in points, axes included
   * @param height in points, axes included
   * @param x horizontal axis
   * @param y vertical axis
   */
  static XYChart plot(double width, double height, Axis x, Axis y) {
    XYChart chart = new XYChart((int) Math.round(width), (int) Math.round(height));
    chart.setXAxisTitle(x.title());
    chart.setYAxisTitle(y.title());
    XYStyler styler = chart.getStyler();
    styler.setLocale(Locale.ROOT);
    styler.setChartTitleVisible(false);
    styler.setLegendVisible(false);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(INK);
    styler.setChartPadding(4);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotContentSize(1.0);
    styler.setPlotMargin(0);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(0.8f));
    styler.setPlotTicksMarksVisible(false);
    styler.setAxisTitleFont(SUBTITLE);
    styler.setAxisTitlePadding(8);
    styler.setAxisTickLabelsFont(TEXT);
    styler.setAxisTickLabelsColor(MUTED);
    styler.setAxisTickMarksColor(AXIS);
    styler.setAxisTickMarksStroke(new BasicStroke(0.8f));
    styler.setAxisTickMarkLength(4);
    styler.setXAxisTickMarkSpacingHint(80);
    styler.setYAxisTickMarkSpacingHint(44);
    styler.setXAxisMin(x.min());
    styler.setXAxisMax(x.max());
    styler.setYAxisMin(y.min());
    styler.setYAxisMax(y.max());
    styler.setXAxisDecimalPattern(x.pattern());
    styler.setYAxisDecimalPattern(y.pattern());
    return chart;
  }

  /** A series without markers. */
  static void line(XYChart chart, String name, double[] x, double[] y, Color color, double width) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(stroke(width));
  }

  /** A series without a line. */
  static void markers(XYChart chart, String name, double[] x, double[] y, Glyph glyph) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(glyph);
    series.setMarkerColor(glyph.color());
    series.setLineStyle(SeriesLines.NONE);
  }

  /** A series with line and markers. */
  static void lineAndMarkers(XYChart chart, String name, double[] x, double[] y, Glyph glyph) {
    XYSeries series = chart.addSeries(name, x, y);
    Marker marker = glyph;
    series.setMarker(marker);
    series.setMarkerColor(glyph.color());
    series.setLineColor(glyph.color());
    series.setLineStyle(stroke(1.3));
  }
}
