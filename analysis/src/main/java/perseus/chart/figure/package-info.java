/**
 * Draws the parts that all charts share: figures, plots, axes, legends, labels and colours.
 *
 * <p>Code that depends on plans, profiles or recordings may not be in this package.
 */
package perseus.chart.figure;
