/**
 * Offers the kinds of charts by name, and turns plans, savings and recordings into the values that
 * the charts show.
 *
 * <p>A new kind of chart needs one class in this package and one entry in {@link
 * perseus.chart.Charts}. Code that draws belongs to {@link perseus.chart.kind} and {@link
 * perseus.chart.figure}.
 */
package perseus.chart;
