/**
 * Draws the parts that all charts share: figures, plots, axes, legends, labels and colours.
 *
 * <p>Nothing here may depend on plans, profiles or recordings.
 */
package perseus.chart.figure;
