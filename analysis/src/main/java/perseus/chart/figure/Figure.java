package perseus.chart.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import perseus.chart.svg.SvgGraphics;
import perseus.io.UserError;

/**
 * Lays out a chart with its title, subtitle, legend and plots, and draws the chart as an image or
 * as SVG. Not thread-safe.
 *
 * <p>All lengths in a figure are in typographic points. The image of a figure has {@link #SCALE}
 * pixels per typographic point.
 */
public final class Figure {
  static final int SCALE = 2;
  public static final double MARGIN = 24;
  private static final double TITLE_LINE = 25;
  private static final double SUBTITLE_LINE = 18;
  private static final double GAP = 10;

  static {
    // On a machine without a display, the Java graphics library AWT works only in headless mode.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private record Panel(Plot chart, double x, double y) {}

  private final double width;
  private double height;
  private final String title;
  private final List<String> titleLines;
  private final List<String> subtitleLines;
  private final Legend legend;
  private final List<Panel> panels = new ArrayList<>();
  private final List<Consumer<Graphics2D>> paintings = new ArrayList<>();

  /** The figure as SVG; null if it was not yet drawn as SVG. */
  private SvgGraphics drawnAsSvg;

  private Figure(Heading heading, double width, Legend legend) {
    this.width = width;
    this.title = heading.title();
    this.legend = legend;
    this.titleLines = Text.wrap(Theme.TITLE, heading.title(), width - 2 * MARGIN);
    this.subtitleLines = Text.wrap(Theme.SUBTITLE, heading.subtitle(), width - 2 * MARGIN);
  }

  /**
   * Lays out a figure.
   *
   * @param width width of the figure in typographic points
   * @param layout function that adds the plots to the figure, below the y coordinate {@link
   *     #contentTop()}
   * @throws UserError if this machine has no fonts
   */
  public static Figure draw(Heading heading, double width, Legend legend, Layout layout) {
    return withFonts(
        () -> {
          Figure figure = new Figure(heading, width, legend);
          figure.height = layout.addTo(figure);
          return figure;
        });
  }

  private static <T> T withFonts(Supplier<T> drawing) {
    try {
      return drawing.get();
    } catch (LinkageError | InternalError e) {
      throw noFonts(e);
    } catch (RuntimeException | Error e) {
      // On a machine without fonts, or without fontconfig (a library that finds fonts), the JDK
      // throws exceptions and errors of different classes. If fonts are missing, the first line of
      // the stack trace is in a class that finds fonts.
      String thrower = e.getStackTrace().length > 0 ? e.getStackTrace()[0].getClassName() : "";
      if (thrower.startsWith("sun.awt.FontConfiguration")
          || thrower.startsWith("sun.font.") && thrower.contains("FontManager")) {
        throw noFonts(e);
      }
      throw e;
    }
  }

  private static UserError noFonts(Throwable cause) {
    return new UserError(
        "Charts need fonts, and this machine has none: install fontconfig and DejaVu Sans.", cause);
  }

  /** Defines a function that adds the plots to a figure. */
  @FunctionalInterface
  public interface Layout {
    /**
     * Adds plots to a figure, and also adds painters (functions that draw additional shapes).
     *
     * @return height of the figure in typographic points
     */
    double addTo(Figure figure);
  }

  /**
   * Returns the y coordinate in typographic points at which the plots of the figure start. The
   * title, the subtitle and the legend of a figure are above its plots.
   */
  public double contentTop() {
    return legendTop() + legend.height(width - 2 * MARGIN) + GAP;
  }

  private double legendTop() {
    return MARGIN + titleLines.size() * TITLE_LINE + subtitleLines.size() * SUBTITLE_LINE + GAP / 2;
  }

  /**
   * Adds a plot whose upper left corner is at (x, y), in typographic points. The upper left corner
   * of a plot is the upper left corner of its outer margin. The axes of a plot and the labels of
   * its axes lie inside the plot.
   */
  public void panel(Plot chart, double x, double y) {
    panels.add(new Panel(chart, x, y));
  }

  /**
   * Adds a painter (function that draws additional shapes) that runs after all plots of the figure
   * have been drawn.
   */
  public void painting(Consumer<Graphics2D> painting) {
    paintings.add(painting);
  }

  /**
   * Draws the figure as an image, with {@link #SCALE} pixels per typographic point.
   *
   * @throws UserError if this machine has no fonts
   */
  BufferedImage image() {
    return withFonts(
        () -> {
          BufferedImage image =
              new BufferedImage(
                  (int) Math.round(width * SCALE),
                  (int) Math.round(height * SCALE),
                  BufferedImage.TYPE_INT_RGB);
          Graphics2D g = image.createGraphics();
          g.scale(SCALE, SCALE);
          paint(g);
          g.dispose();
          return image;
        });
  }

  /**
   * Draws the figure as an SVG element. If the method is called with several names, the figure is
   * drawn only once.
   *
   * @param name first part of all ids in the element; consists of letters, digits and hyphens
   * @throws UserError if this machine has no fonts
   */
  String svg(String name) {
    if (drawnAsSvg == null) {
      drawnAsSvg =
          withFonts(
              () -> {
                SvgGraphics g = SvgGraphics.of(title, width, height);
                paint(g);
                return g;
              });
    }
    return drawnAsSvg.document(name);
  }

  private void paint(Graphics2D g) {
    g.setColor(Color.WHITE);
    g.fill(new Rectangle2D.Double(0, 0, width, height + 1));
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    for (Panel panel : panels) {
      AffineTransform transform = g.getTransform();
      g.translate(panel.x(), panel.y());
      panel.chart().paint(g, panel.chart().getWidth(), panel.chart().getHeight());
      g.setTransform(transform);
    }
    paintHeading(g);
    paintings.forEach(painting -> painting.accept(g));
  }

  private void paintHeading(Graphics2D g) {
    double y = MARGIN;
    g.setColor(Theme.INK);
    for (String line : titleLines) {
      Text.left(g, Theme.TITLE, line, MARGIN, y + TITLE_LINE / 2 - 4);
      y += TITLE_LINE;
    }
    g.setColor(Theme.MUTED);
    for (String line : subtitleLines) {
      Text.left(g, Theme.SUBTITLE, line, MARGIN, y + SUBTITLE_LINE / 2 - 3);
      y += SUBTITLE_LINE;
    }
    // In the legend, each symbol is centered in a field that is wider than the symbol. The legend
    // is shifted by 4 typographic points, so that the left end of its symbols is aligned with the
    // title above.
    legend.paint(g, MARGIN - 4, legendTop(), width - 2 * MARGIN);
  }
}
