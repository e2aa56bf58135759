package perseus.chart.kind;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import perseus.chart.figure.ColorRamp;
import perseus.chart.figure.KindColors;
import perseus.chart.figure.PlotArea;
import perseus.chart.figure.Text;
import perseus.chart.figure.Theme;
import perseus.chart.svg.SvgGraphics;

/**
 * Draws when the instructions of an iteration run. Each stage, or each rank with several stages,
 * has one lane (horizontal row of boxes). Each instruction is drawn as one box.
 *
 * <p>The colour of an instruction's box shows the power of the instruction. A stripe at the lower
 * edge of a box shows the kind of the instruction. A stripe at the upper edge of a box shows that
 * the instruction is on the critical path. A box marks properties of its instruction by stripes,
 * because hatches, borders or letters are not visible in a very narrow box.
 */
final class Lanes {
  /**
   * Height in typographic points of the stripe that shows the kind of an instruction. The stripe is
   * at the lower edge of the instruction's box.
   */
  static final double KIND_STRIPE = 4;

  /**
   * Height in typographic points of the stripe that marks an instruction on the critical path. The
   * stripe is at the upper edge of the instruction's box.
   */
  static final double CRITICAL_STRIPE = 2.6;

  /**
   * Thickness in typographic points of the white lines in a box, if a rank holds several stages.
   * The number of lines tells to which stage of the rank the instruction belongs.
   */
  private static final double CHUNK_LINE = 1;

  private static final double CHUNK_LINE_DISTANCE = 2.5;

  private final TimelineChart.Iteration iteration;

  /**
   * Minimum width of a box in typographic points. In a box of less than this width, the kind of the
   * instruction would not be visible.
   */
  private static final double MIN_WIDTH = 0.8;

  private final ColorRamp power;
  private final KindColors kinds;

  Lanes(TimelineChart.Iteration iteration, ColorRamp power, KindColors kinds) {
    this.iteration = iteration;
    this.power = power;
    this.kinds = kinds;
  }

  /** Draws all lanes (rows of boxes), and a vertical line at the end of the iteration. */
  void paint(Graphics2D g, PlotArea area) {
    int lanes = iteration.lanes();
    String name = iteration.isOfRanks() ? "rank " : "stage ";
    double height = area.bounds().getHeight() / lanes;
    double inset = Math.min(3, height * 0.1);
    double end = area.x(iteration.makespanSeconds());
    for (int lane = 0; lane < lanes; lane++) {
      double top = top(area, lane);
      g.setColor(Theme.WAITING);
      g.fill(new Rectangle2D.Double(area.x(0), top + inset, end - area.x(0), height - 2 * inset));
      if (height >= 11 || lane % 4 == 0) {
        g.setColor(Theme.MUTED);
        Text.right(g, Theme.SMALL, name + lane, area.bounds().getX() - 8, top + height / 2);
      }
    }
    for (TimelineChart.Box box : iteration.boxes()) {
      Rectangle2D bounds =
          new Rectangle2D.Double(
              area.x(box.startSeconds()),
              top(area, box.lane()) + inset,
              Math.max(MIN_WIDTH, area.x(box.endSeconds()) - area.x(box.startSeconds())),
              height - 2 * inset);
      paintBox(g, box, bounds);
      SvgGraphics.hover(g, bounds, () -> name + box.lane() + ": " + text(box));
    }
    g.setColor(Theme.INK);
    g.setStroke(Theme.stroke(1));
    g.draw(new Line2D.Double(end, area.bounds().getY(), end, area.bounds().getMaxY()));
  }

  /**
   * Returns the y coordinate of the upper edge of a lane (row of boxes), in typographic points.
   * Lane 0 is the uppermost row of boxes.
   */
  private double top(PlotArea area, int lane) {
    return area.y(iteration.lanes() - lane);
  }

  /** Returns the text that a browser shows while the pointer is over a box. */
  private static String text(TimelineChart.Box box) {
    double seconds = box.endSeconds() - box.startSeconds();
    return String.format(
        Locale.ROOT,
        "%s%s%s\n%.4f to %.4f s (%.2f ms), %.1f W, %.2f J%s",
        box.instruction().name(),
        box.microbatch() < 0 ? "" : " of microbatch " + box.microbatch(),
        box.chunk() < 0 ? "" : ", chunk " + box.chunk(),
        box.startSeconds(),
        box.endSeconds(),
        1000 * seconds,
        box.powerWatts(),
        box.powerWatts() * seconds,
        (box.frequencyMhz() == 0 ? "" : "\n" + box.frequencyMhz() + " MHz")
            + (box.critical() ? "\non the critical path" : ""));
  }

  private void paintBox(Graphics2D g, TimelineChart.Box box, Rectangle2D bounds) {
    Color color = power.at(box.powerWatts());
    double left = bounds.getX();
    double width = bounds.getWidth();
    g.setColor(color);
    g.fill(bounds);
    double lower = Math.min(KIND_STRIPE, bounds.getHeight() * 0.25);
    g.setColor(kinds.of(box.instruction()));
    g.fill(new Rectangle2D.Double(left, bounds.getMaxY() - lower, width, lower));
    g.setColor(Color.WHITE);
    for (int line = 1; line <= box.chunk(); line++) {
      double y = bounds.getMaxY() - lower - line * CHUNK_LINE_DISTANCE;
      g.fill(new Rectangle2D.Double(left, y, width, CHUNK_LINE));
    }
    if (width >= 3) {
      g.setStroke(Theme.stroke(Math.min(1, width / 6)));
      g.draw(
          new Line2D.Double(bounds.getMaxX(), bounds.getY(), bounds.getMaxX(), bounds.getMaxY()));
    }
    if (box.critical()) {
      double upper = Math.min(CRITICAL_STRIPE, bounds.getHeight() * 0.2);
      g.setColor(Theme.INK);
      g.fill(new Rectangle2D.Double(left, bounds.getY(), width, upper));
    }
    String label = box.label();
    for (Font font : List.of(Theme.SMALL, Theme.TINY)) {
      if (bounds.getHeight() >= 16 && Text.width(font, label) + 3 < width) {
        g.setColor(Theme.readableOn(color));
        Text.centered(g, font, label, bounds.getCenterX(), bounds.getCenterY());
        return;
      }
    }
  }
}
