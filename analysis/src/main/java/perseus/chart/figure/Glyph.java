package perseus.chart.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import org.knowm.xchart.style.markers.Marker;

/**
 * Draws the marker (symbol) of a data point with any form, size and colour.
 *
 * <p>The markers of the library XChart cannot replace this class, because all XChart markers of a
 * chart have the same size.
 */
public final class Glyph extends Marker {

  /**
   * Lists the forms that a marker (symbol of a data point) can have. The corners of each form are
   * given as coordinates for a marker of radius 1 with its center at (0, 0).
   */
  public enum Form {
    CIRCLE,
    SQUARE(-0.88, -0.88, 0.88, -0.88, 0.88, 0.88, -0.88, 0.88),
    DIAMOND(0, -1.2, 1.2, 0, 0, 1.2, -1.2, 0),
    TRIANGLE(0, -1.1, 1.1, 0.85, -1.1, 0.85),
    STAR(star());

    private final double[] corners;

    Form(double... corners) {
      this.corners = corners;
    }

    private static double[] star() {
      double[] corners = new double[20];
      for (int i = 0; i < 10; i++) {
        double radius = i % 2 == 0 ? 1.35 : 0.58;
        double angle = Math.PI * (i / 5.0 - 0.5);
        corners[2 * i] = radius * Math.cos(angle);
        corners[2 * i + 1] = radius * Math.sin(angle);
      }
      return corners;
    }

    private Shape at(double x, double y, double radius) {
      if (corners.length == 0) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
      }
      Path2D path = new Path2D.Double();
      path.moveTo(x + radius * corners[0], y + radius * corners[1]);
      for (int i = 2; i < corners.length; i += 2) {
        path.lineTo(x + radius * corners[i], y + radius * corners[i + 1]);
      }
      path.closePath();
      return path;
    }
  }

  private final Form form;
  private final double radius;
  private final Color color;
  private final Color outline;

  /**
   * Creates a marker.
   *
   * @param radius radius of the marker in typographic points
   * @param color colour of the inside of the marker
   * @param outline colour of the outline of the marker
   */
  public Glyph(Form form, double radius, Color color, Color outline) {
    this.form = form;
    this.radius = radius;
    this.color = color;
    this.outline = outline;
  }

  Color color() {
    return color;
  }

  /** Draws this marker with its center at the coordinates (x, y). */
  public void paint(Graphics2D g, double x, double y) {
    Shape shape = form.at(x, y, radius);
    g.setColor(color);
    g.fill(shape);
    g.setColor(outline);
    g.setStroke(Theme.stroke(0.9));
    g.draw(shape);
  }

  /**
   * Draws only the outline of this marker, with another radius. The center of the outline is at the
   * coordinates (x, y).
   */
  public void outline(Graphics2D g, double x, double y, double outlineRadius) {
    g.setColor(color);
    g.setStroke(Theme.stroke(2));
    g.draw(form.at(x, y, outlineRadius));
  }

  @Override
  public void paint(Graphics2D g, double x, double y, int markerSize) {
    paint(g, x, y);
  }
}
