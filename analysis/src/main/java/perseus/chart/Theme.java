package perseus.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler.TextAlignment;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;
import perseus.recording.Instruction;

/** Fonts, colours and lines that all charts share. */
final class Theme {
  static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 19);
  static final Font SUBTITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
  static final Font PANEL_TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 13);
  static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
  static final Font TINY = new Font(Font.SANS_SERIF, Font.PLAIN, 9);

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

  /** White around a plot and its axes, in points: room for half a tick label at an axis's end. */
  static final int PADDING = 16;

  private static final int X_TICK_SPACING = 80;
  private static final int Y_TICK_SPACING = 44;

  /** About what tick labels and title of the other axis take of an axis's length, in points. */
  private static final double AXIS_SPACE = 60;

  private static final List<Instruction> ORDER =
      List.of(
          Instruction.LOAD,
          Instruction.FORWARD,
          Instruction.RECOMPUTATION,
          Instruction.BACKWARD,
          Instruction.REDUCE_GRADS,
          Instruction.OPTIMIZER_STEP);

  /** Order of instructions in a legend: that of an iteration. */
  static final Comparator<Instruction> AS_IN_AN_ITERATION =
      Comparator.comparingInt(
              (Instruction instruction) ->
                  ORDER.contains(instruction) ? ORDER.indexOf(instruction) : ORDER.size())
          .thenComparing(Comparator.naturalOrder());

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
    styler.setChartPadding(PADDING);
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
    styler.setYAxisLabelAlignment(TextAlignment.Right);
    styler.setXAxisTickMarkSpacingHint(X_TICK_SPACING);
    styler.setYAxisTickMarkSpacingHint(Y_TICK_SPACING);
    styler.setXAxisMin(x.min());
    styler.setXAxisMax(x.max());
    styler.setYAxisMin(y.min());
    styler.setYAxisMax(y.max());
    styler.setXAxisDecimalPattern(Axis.pattern(x.tickStep((width - AXIS_SPACE) / X_TICK_SPACING)));
    styler.setYAxisDecimalPattern(
        Axis.pattern(y.tickStep(Math.max(2, (height - AXIS_SPACE) / Y_TICK_SPACING))));
    return chart;
  }

  /** Makes the chart as high as it must be for its plot to be {@code height} points high. */
  static void fitPlot(XYChart chart, Axis x, Axis y, double height) {
    // Only painting lays a chart out and tells what its axes take.
    Graphics2D scratch = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    chart.paint(scratch, chart.getWidth(), chart.getHeight());
    double plot = Overlay.PlotArea.of(chart, x, y).bounds().getHeight();
    long fitting = Math.round(chart.getHeight() + height - plot);
    chart.paint(scratch, chart.getWidth(), (int) fitting);
    scratch.dispose();
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
    series.setMarker(glyph);
    series.setMarkerColor(glyph.color());
    series.setLineColor(glyph.color());
    series.setLineStyle(stroke(1.3));
  }
}
