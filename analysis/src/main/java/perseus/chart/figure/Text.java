package perseus.chart.figure;

import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Measures and draws text. Each method that draws a text gets the y coordinate of the vertical
 * middle of the text.
 */
public final class Text {
  // Fractional font metrics are on: widths are not rounded to whole pixels. A text therefore has
  // the same width at every resolution.
  private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

  private static final Map<Font, Double> ASCENTS = new ConcurrentHashMap<>();

  private Text() {}

  /** Returns the width of a text in typographic points. */
  public static double width(Font font, String text) {
    return font.getStringBounds(text, CONTEXT).getWidth();
  }

  /** Draws a text whose left end is at the horizontal coordinate {@code x}. */
  public static void left(Graphics2D g, Font font, String text, double x, double middle) {
    g.setFont(font);
    g.drawString(text, (float) x, (float) (middle + ascent(font) * 0.36));
  }

  private static double ascent(Font font) {
    return ASCENTS.computeIfAbsent(
        font, measured -> (double) measured.getLineMetrics("Hx", CONTEXT).getAscent());
  }

  /** Draws a text whose right end is at the horizontal coordinate {@code x}. */
  public static void right(Graphics2D g, Font font, String text, double x, double middle) {
    left(g, font, text, x - width(font, text), middle);
  }

  /** Draws a text whose center is at the horizontal coordinate {@code x}. */
  public static void centered(Graphics2D g, Font font, String text, double x, double middle) {
    left(g, font, text, x - width(font, text) / 2, middle);
  }

  /**
   * Splits a text into lines of limited width. A text is split only between words.
   *
   * @param width maximum width of a line of text in typographic points; a longer word gets a line
   *     for itself
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
