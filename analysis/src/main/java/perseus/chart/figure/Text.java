package perseus.chart.figure;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.LineMetrics;
import java.util.ArrayList;
import java.util.List;

/** Measures and draws text. The vertical position of a text is the position of its middle. */
public final class Text {
  // Fractional metrics are on, so that a text has the same width at every resolution.
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  private Text() {}

  /** Returns the width of a text in points. */
  public static double width(Font font, String text) {
    return font.getStringBounds(text, CONTEXT).getWidth();
  }

  /** Draws text whose left end is at {@code x}. */
  public static void left(Graphics2D g, Font font, String text, double x, double middle) {
    LineMetrics metrics = font.getLineMetrics("Hx", CONTEXT);
    g.setFont(font);
    g.drawString(text, (float) x, (float) (middle + metrics.getAscent() * 0.36));
  }

  /** Draws text whose right end is at {@code x}. */
  public static void right(Graphics2D g, Font font, String text, double x, double middle) {
    left(g, font, text, x - width(font, text), middle);
  }

  /** Draws text whose center is at {@code x}. */
  public static void centered(Graphics2D g, Font font, String text, double x, double middle) {
    left(g, font, text, x - width(font, text) / 2, middle);
  }

  /**
   * Splits text between words into lines.
   *
   * @param width maximum width of a line in points; a longer word gets a line for itself
   */
  static List<String> wrap(Font font, String text, double width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (line.length() > 0 && width(font, line + " " + word) > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    if (!line.toString().isBlank()) {
      lines.add(line.toString());
    }
    return lines;
  }
}
