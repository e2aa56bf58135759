package perseus.chart.figure;

/**
 * Places the plots of a figure in a grid of at most three columns. Each plot in the grid has a
 * title above it.
 *
 * @param panels number of plots in the grid
 * @param panelWidth width of each plot in typographic points
 * @param panelHeight height of each plot in typographic points, without its title
 */
public record PanelGrid(int panels, double panelWidth, double panelHeight) {
  /** Height of the title of a plot in typographic points. */
  public static final double TITLE_HEIGHT = 24;

  private static final int MAX_COLUMNS = 3;

  private int columns() {
    return Math.min(MAX_COLUMNS, panels);
  }

  /** Returns the width of the whole grid of plots in typographic points. */
  public double width() {
    return columns() * panelWidth;
  }

  /**
   * Adds a plot to a figure, at its position in the grid.
   *
   * @param index position of the plot in the grid, counted from 0. The positions are counted row by
   *     row, from top to bottom. Within a row, the positions are counted from left to right.
   */
  public void add(Figure figure, int index, String title, Plot plot) {
    double left = Figure.MARGIN - Plot.PADDING + index % columns() * panelWidth;
    double top = figure.contentTop() + index / columns() * (TITLE_HEIGHT + panelHeight);
    figure.panel(plot, left, top + TITLE_HEIGHT - Plot.PADDING / 2.0);
    figure.painting(
        g -> {
          g.setColor(Theme.INK);
          Text.centered(g, Theme.PANEL_TITLE, title, left + panelWidth / 2, top + TITLE_HEIGHT / 2);
        });
  }

  /** Returns the y coordinate in typographic points of the lower edge of the grid in a figure. */
  public double bottom(Figure figure) {
    int rows = (panels + columns() - 1) / columns();
    return figure.contentTop() + rows * (TITLE_HEIGHT + panelHeight);
  }
}
