/**
 * Converts drawing calls of Java's class {@code Graphics2D} to an SVG document.
 *
 * <p>Code that knows plots, axes or kinds of charts may not be in this package.
 */
package perseus.chart.svg;
