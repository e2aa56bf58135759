/**
 * Writes what a chart draws with Java's class {@code Graphics2D} as an SVG document.
 *
 * <p>Code that knows plots, axes or kinds of charts may not be in this package.
 */
package perseus.chart.svg;
