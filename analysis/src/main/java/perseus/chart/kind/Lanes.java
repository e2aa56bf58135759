package perseus.chart.kind;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import perseus.chart.figure.ColorRamp;
import perseus.chart.figure.PlotArea;
import perseus.chart.figure.Text;
import perseus.chart.figure.Theme;

/**
 * Paints an iteration's lanes. A box says its power by its colour, its kind by a stripe at its foot
 * and that it is critical by a stripe at its head: stripes are still seen where a box is three
 * pixels wide, which hatches, borders and letters are not.
 */
final class Lanes {
  /** Height of the stripe that tells an instruction's kind, in points. */
  static final double FOOT = 4;

  /** Height of the stripe that tells the critical path, in points. */
  static final double HEAD = 2.6;

  private final TimelineChart.Iteration iteration;
  private final ColorRamp power;

  Lanes(TimelineChart.Iteration iteration, ColorRamp power) {
    this.iteration = iteration;
    this.power = power;
  }

  void paint(Graphics2D g, PlotArea area) {
    int stages = iteration.stages();
    double height = area.bounds().getHeight() / stages;
    double inset = Math.min(3, height * 0.1);
    double end = area.x(iteration.makespanSeconds());
    for (int stage = 0; stage < stages; stage++) {
      double top = top(area, stage);
      g.setColor(Theme.WAITING);
      g.fill(new Rectangle2D.Double(area.x(0), top + inset, end - area.x(0), height - 2 * inset));
      if (height >= 11 || stage % 4 == 0) {
        g.setColor(Theme.MUTED);
        Text.right(g, Theme.SMALL, "stage " + stage, area.bounds().getX() - 8, top + height / 2);
      }
    }
    for (TimelineChart.Box box : iteration.boxes()) {
      paintBox(
          g,
          box,
          new Rectangle2D.Double(
              area.x(box.startSeconds()),
              top(area, box.stage()) + inset,
              area.x(box.endSeconds()) - area.x(box.startSeconds()),
              height - 2 * inset));
    }
    g.setColor(Theme.INK);
    g.setStroke(Theme.stroke(1));
    g.draw(new Line2D.Double(end, area.bounds().getY(), end, area.bounds().getMaxY()));
  }

  /** Stage 0 is on top: data flows down. */
  private double top(PlotArea area, int stage) {
    return area.y(iteration.stages() - stage);
  }

  private void paintBox(Graphics2D g, TimelineChart.Box box, Rectangle2D place) {
    Color color = power.at(box.powerWatts());
    g.setColor(color);
    g.fill(place);
    double foot = Math.min(FOOT, place.getHeight() * 0.25);
    g.setColor(Theme.colorOf(box.instruction()));
    g.fill(new Rectangle2D.Double(place.getX(), place.getMaxY() - foot, place.getWidth(), foot));
    if (place.getWidth() >= 3) {
      g.setColor(Color.WHITE);
      g.setStroke(Theme.stroke(Math.min(1, place.getWidth() / 6)));
      g.draw(new Line2D.Double(place.getMaxX(), place.getY(), place.getMaxX(), place.getMaxY()));
    }
    if (box.critical()) {
      double head = Math.min(HEAD, place.getHeight() * 0.2);
      g.setColor(Theme.INK);
      g.fill(new Rectangle2D.Double(place.getX(), place.getY(), place.getWidth(), head));
    }
    String label = Theme.labelOf(box.instruction(), box.microbatch());
    for (Font font : List.of(Theme.SMALL, Theme.TINY)) {
      if (place.getHeight() >= 16 && Text.width(font, label) + 3 < place.getWidth()) {
        g.setColor(Theme.readableOn(color));
        Text.centered(g, font, label, place.getCenterX(), place.getCenterY());
        return;
      }
    }
  }
}
