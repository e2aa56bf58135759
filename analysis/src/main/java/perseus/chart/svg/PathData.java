package perseus.chart.svg;

import java.awt.Shape;
import java.awt.geom.PathIterator;

/** Writes shapes as path data, the value of the attribute {@code d} of the SVG element path. */
final class PathData {
  private PathData() {}

  /** Returns the path data of a shape in the coordinates of the document. */
  static String of(Shape shape) {
    StringBuilder text = new StringBuilder();
    double[] points = new double[6];
    double x = 0;
    double y = 0;
    for (PathIterator path = shape.getPathIterator(null); !path.isDone(); path.next()) {
      int count = 0;
      switch (path.currentSegment(points)) {
        case PathIterator.SEG_MOVETO -> {
          text.append('M');
          count = 1;
        }
        case PathIterator.SEG_LINETO -> {
          String dx = Numbers.of(points[0]);
          String dy = Numbers.of(points[1]);
          if (dy.equals(Numbers.of(y))) {
            text.append('H').append(dx);
          } else if (dx.equals(Numbers.of(x))) {
            text.append('V').append(dy);
          } else {
            text.append('L');
            count = 1;
          }
          x = points[0];
          y = points[1];
        }
        case PathIterator.SEG_QUADTO -> {
          text.append('Q');
          count = 2;
        }
        case PathIterator.SEG_CUBICTO -> {
          text.append('C');
          count = 3;
        }
        default -> text.append('Z');
      }
      for (int i = 0; i < 2 * count; i++) {
        text.append(i == 0 ? "" : " ").append(Numbers.of(points[i]));
      }
      if (count > 0) {
        x = points[2 * count - 2];
        y = points[2 * count - 1];
      }
    }
    return text.toString();
  }
}
