/**
 * Draws the charts of a planned directory and of a recording.
 *
 * <p>How a chart looks is decided in {@link perseus.chart.kind} and {@link perseus.chart.figure},
 * not here.
 */
package perseus.chart;
