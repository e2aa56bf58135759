/**
 * Offers the kinds of charts by name, and turns plans, savings and recordings into the values that
 * they show.
 *
 * <p>A new kind of chart is one class here and one entry in {@link perseus.chart.Charts}. Pictures
 * are drawn in {@link perseus.chart.kind} and {@link perseus.chart.figure}, not here.
 */
package perseus.chart;
