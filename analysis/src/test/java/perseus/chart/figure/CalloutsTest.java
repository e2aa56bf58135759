package perseus.chart.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import perseus.chart.svg.SvgGraphics;

/** Tests that labels keep away from the data points near them, and ignore all other data points. */
class CalloutsTest {
  private static final Rectangle2D AREA = new Rectangle2D.Double(0, 0, 2000, 2000);

  private static String label(List<Point2D> data) {
    SvgGraphics g = SvgGraphics.of("labels", 2000, 2000);
    Callouts callouts = new Callouts(AREA);
    callouts.avoid(data);
    callouts.paint(g, 1000, 1000, List.of("a label", "with two lines"));
    return g.document("a");
  }

  private static List<Point2D> points(Random random, int count, double least, double most) {
    List<Point2D> points = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double angle = 2 * Math.PI * random.nextDouble();
      double distance = least + (most - least) * random.nextDouble();
      points.add(
          new Point2D.Double(1000 + distance * Math.cos(angle), 1000 + distance * Math.sin(angle)));
    }
    return points;
  }

  @Test
  void pointsOutOfReachMoveNoLabel() {
    Random random = new Random(3);
    for (int i = 0; i < 20; i++) {
      List<Point2D> near = points(random, 40, 0, 300);
      List<Point2D> all = new ArrayList<>(near);
      all.addAll(points(random, 40, 400, 900));
      assertThat(label(all)).isEqualTo(label(near));
    }
  }

  @Test
  void labelLeavesACrowdedSide() {
    List<Point2D> right = new ArrayList<>();
    for (int x = 1010; x < 1300; x += 4) {
      for (int y = 700; y < 1300; y += 4) {
        right.add(new Point2D.Double(x, y));
      }
    }
    assertThat(label(right)).isNotEqualTo(label(List.of()));
    assertThat(textX(label(right))).isLessThan(1000);
    assertThat(textX(label(List.of()))).isGreaterThan(1000);
  }

  private static double textX(String svg) {
    return Double.parseDouble(svg.replaceFirst("(?s).*?<text x=\"([0-9.]+)\".*", "$1"));
  }
}
