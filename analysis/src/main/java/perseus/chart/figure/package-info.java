/**
 * Draws the parts that all charts share: pages, plots, axes, legends, labels, colours.
 *
 * <p>Nothing here knows about plans, profiles or recordings.
 */
package perseus.chart.figure;
