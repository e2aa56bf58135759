/**
 * Charts as PNG files, drawn without a display.
 *
 * <p>Each chart takes plain values of its own ({@link perseus.chart.FrontierChart.Data} and so on)
 * and is written with {@link perseus.chart.Chart#write}. XChart draws axes, grids and series; what
 * it has no series for (the lanes of a timeline, labels with a leader, colour bars) is painted on
 * its plots by {@code Plot}, and {@code Figure} puts plots, title and legend on one page.
 */
package perseus.chart;
