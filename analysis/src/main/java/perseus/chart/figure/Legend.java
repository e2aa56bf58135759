package perseus.chart.figure;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * Draws the legend of a chart, which lists the symbols of the chart with their names. The legend
 * consists of rows above the plots, so that it covers no data.
 */
public final class Legend {
  static final double ROW_HEIGHT = 20;
  private static final double SYMBOL_WIDTH = 26;
  private static final double GAP = 22;

  @FunctionalInterface
  private interface Symbol {
    void paint(Graphics2D g, double centerX, double centerY);
  }

  private record Entry(String name, Symbol symbol) {
    double width() {
      return SYMBOL_WIDTH + 6 + Text.width(Theme.TEXT, name) + GAP;
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  /** Adds a marker and its name to the legend. */
  public Legend marker(String name, Glyph glyph) {
    entries.add(new Entry(name, glyph::paint));
    return this;
  }

  /**
   * Adds a line and its name to the legend.
   *
   * @param width thickness of the line in typographic points
   */
  public Legend line(String name, Color color, double width) {
    entries.add(new Entry(name, (g, x, y) -> paintLine(g, x, y, color, width)));
    return this;
  }

  /**
   * Adds one symbol and its name to the legend. The symbol consists of a line and a marker, both in
   * the colour of the marker.
   */
  public Legend lineAndMarker(String name, Glyph glyph) {
    entries.add(
        new Entry(
            name,
            (g, x, y) -> {
              paintLine(g, x, y, glyph.color(), 1.3);
              glyph.paint(g, x, y);
            }));
    return this;
  }

  /** Adds a line of text without a symbol to the legend, to explain labels in the chart. */
  public Legend note(String text) {
    entries.add(new Entry(text, (g, x, y) -> {}));
    return this;
  }

  /** Adds a filled rectangle and its name to the legend. */
  public Legend swatch(String name, Color color) {
    entries.add(
        new Entry(
            name,
            (g, x, y) -> {
              g.setColor(color);
              g.fill(new Rectangle2D.Double(x - 9, y - 5, 18, 10));
            }));
    return this;
  }

  /**
   * Returns the height of the legend in typographic points.
   *
   * @param width maximum width of a row of the legend in typographic points
   */
  double height(double width) {
    return rows(width).size() * ROW_HEIGHT;
  }

  void paint(Graphics2D g, double left, double top, double width) {
    double y = top + ROW_HEIGHT / 2;
    for (List<Entry> row : rows(width)) {
      double x = left;
      for (Entry entry : row) {
        entry.symbol().paint(g, x + SYMBOL_WIDTH / 2, y);
        g.setColor(Theme.INK);
        Text.left(g, Theme.TEXT, entry.name(), x + SYMBOL_WIDTH + 6, y);
        x += entry.width();
      }
      y += ROW_HEIGHT;
    }
  }

  private List<List<Entry>> rows(double width) {
    List<List<Entry>> rows = new ArrayList<>();
    double free = 0;
    for (Entry entry : entries) {
      if (rows.isEmpty() || entry.width() - GAP > free) {
        rows.add(new ArrayList<>());
        free = width;
      }
      rows.get(rows.size() - 1).add(entry);
      free -= entry.width();
    }
    return rows;
  }

  private static void paintLine(Graphics2D g, double x, double y, Color color, double width) {
    g.setColor(color);
    g.setStroke(Theme.stroke(width));
    g.draw(new Line2D.Double(x - SYMBOL_WIDTH / 2 + 1, y, x + SYMBOL_WIDTH / 2 - 1, y));
  }
}
