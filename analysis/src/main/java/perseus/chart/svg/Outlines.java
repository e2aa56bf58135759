package perseus.chart.svg;

import java.awt.Font;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.TextLayout;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Recognizes texts by the outlines of their letters. The library XChart draws the labels of axes as
 * outlines, horizontally or turned by 90 degrees.
 *
 * <p>A caller first announces the texts that may be drawn. The class recognizes a shape as a text
 * only if all points of the shape equal the points of the outline of an announced text. The
 * document contains every other shape as a shape.
 */
final class Outlines {
  private static final double EQUAL = 1e-3;

  /** Directions in which texts are drawn: to the right, and upwards. */
  private static final List<AffineTransform> DIRECTIONS =
      List.of(new AffineTransform(), AffineTransform.getRotateInstance(-Math.PI / 2));

  private final Map<Announced, List<Found>> known = new HashMap<>();
  private final Map<Font, Set<String>> announced = new LinkedHashMap<>();

  private record Announced(Font font, Set<String> texts, FontRenderContext context) {}

  /** Holds a recognized text, its direction, and its outline in this direction. */
  record Found(String text, Font font, AffineTransform transform, Shape outline) {}

  /** Sets the texts that a library may draw as outlines in a font from now on. */
  void announce(Font font, Set<String> texts) {
    announced.put(font, texts);
  }

  /** Returns the announced text whose outline equals a shape; empty if there is no such text. */
  Optional<Found> find(Shape shape, FontRenderContext context) {
    if (!(shape instanceof Path2D)) {
      return Optional.empty();
    }
    return announced.entrySet().stream()
        .map(texts -> new Announced(texts.getKey(), texts.getValue(), context))
        .flatMap(texts -> known.computeIfAbsent(texts, Outlines::outlines).stream())
        .filter(found -> isSame(found.outline(), shape))
        .findFirst();
  }

  private static List<Found> outlines(Announced announced) {
    List<Found> outlines = new ArrayList<>();
    for (String text : announced.texts()) {
      if (!text.isBlank()) {
        TextLayout layout = new TextLayout(text, announced.font(), announced.context());
        for (AffineTransform direction : DIRECTIONS) {
          outlines.add(new Found(text, announced.font(), direction, layout.getOutline(direction)));
        }
      }
    }
    return outlines;
  }

  private static boolean isSame(Shape one, Shape other) {
    Rectangle2D first = one.getBounds2D();
    Rectangle2D second = other.getBounds2D();
    if (Math.abs(first.getX() - second.getX()) > EQUAL
        || Math.abs(first.getWidth() - second.getWidth()) > EQUAL) {
      return false;
    }
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
