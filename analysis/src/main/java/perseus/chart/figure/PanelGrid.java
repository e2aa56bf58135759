package perseus.chart.figure;

/**
 * Places the plots of a figure in a grid of at most three columns. Each plot has a title above it.
 *
 * @param panels number of plots
 * @param panelWidth width of a plot in points
 * @param panelHeight height of a plot in points, without its title
 */
public record PanelGrid(int panels, double panelWidth, double panelHeight) {
  /** Height of the title of a plot in points. */
  public static final double TITLE_HEIGHT = 24;

  private static final int MAX_COLUMNS = 3;

  private int columns() {
    return Math.min(MAX_COLUMNS, panels);
  }

  /** Returns the width of the grid in points. */
  public double width() {
    return columns() * panelWidth;
  }

  /**
   * Adds a plot to a figure.
   *
   * @param index index of the plot, from 0; plots fill each row of the grid from left to right
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

  /** Returns the y coordinate of the lower edge of the grid in a figure. */
  public double bottom(Figure figure) {
    int rows = (panels + columns() - 1) / columns();
    return figure.contentTop() + rows * (TITLE_HEIGHT + panelHeight);
  }
}
