package perseus.chart.svg;

import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Recognizes texts by the outlines of their letters. The library XChart draws the labels of axes as
 * outlines, horizontally or turned by 90 degrees.
 *
 * <p>A caller first lists the texts that may be drawn ({@link #announce}). A shape counts as a text
 * only if all its points equal the points of the outline of a listed text. If the class does not
 * recognize a shape as a text, the document contains the outline of the shape. The outline of a
 * text is computed only when the text is first compared with a shape, because the computation takes
 * long.
 */
final class Outlines {
  private static final double EQUAL = 1e-3;

  private static final AffineTransform TO_THE_RIGHT = new AffineTransform();
  private static final AffineTransform UPWARDS = AffineTransform.getRotateInstance(-Math.PI / 2);

  private record Style(Font font, boolean turned) {}

  private record Announced(Style style, String text, FontRenderContext context) {}

  private final Map<Style, List<String>> announced = new LinkedHashMap<>();
  private final Map<Announced, Found> known = new HashMap<>();

  /** Holds a recognized text, its direction, its outline in this direction, and its bounds. */
  record Found(
      String text, Font font, AffineTransform transform, Shape outline, Rectangle2D bounds) {}

  /**
   * Stores texts that a library will draw as outlines in the given font.
   *
   * @param turned whether the texts are drawn upwards instead of to the right
   * @param texts texts in any order; the search is fastest if the texts that are most likely drawn
   *     come first
   */
  void announce(Font font, boolean turned, Collection<String> texts) {
    announced.put(new Style(font, turned), texts.stream().filter(text -> !text.isBlank()).toList());
  }

  /**
   * Returns the text that a shape draws, if the text was given to {@link #announce}; otherwise
   * empty.
   */
  Optional<Found> find(Shape shape, FontRenderContext context) {
    // The JDK returns the outlines of texts as paths with coordinates of the type float. All other
    // paths of charts have coordinates of the type double.
    if (!(shape instanceof Path2D.Float)) {
      return Optional.empty();
    }
    Rectangle2D bounds = shape.getBounds2D();
    return announced.entrySet().stream()
        .flatMap(
            texts ->
                texts.getValue().stream().map(text -> new Announced(texts.getKey(), text, context)))
        .map(text -> known.computeIfAbsent(text, Outlines::outline))
        .filter(found -> isNear(found.bounds(), bounds) && isSame(found.outline(), shape))
        .findFirst();
  }

  private static Found outline(Announced announced) {
    Font font = announced.style().font();
    AffineTransform direction = announced.style().turned() ? UPWARDS : TO_THE_RIGHT;
    Shape outline =
        new TextLayout(announced.text(), font, announced.context()).getOutline(direction);
    return new Found(announced.text(), font, direction, outline, outline.getBounds2D());
  }

  private static boolean isNear(Rectangle2D first, Rectangle2D second) {
    return Math.abs(first.getX() - second.getX()) <= EQUAL
        && Math.abs(first.getWidth() - second.getWidth()) <= EQUAL;
  }

  private static boolean isSame(Shape one, Shape other) {
    PathIterator a = one.getPathIterator(null);
    PathIterator b = other.getPathIterator(null);
    double[] p = new double[6];
    double[] q = new double[6];
    while (!a.isDone() && !b.isDone()) {
      if (a.currentSegment(p) != b.currentSegment(q)) {
        return false;
      }
      for (int i = 0; i < p.length; i++) {
        if (Math.abs(p[i] - q[i]) > EQUAL) {
          return false;
        }
      }
      a.next();
      b.next();
    }
    return a.isDone() && b.isDone();
  }
}
