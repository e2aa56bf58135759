/**
 * Draws the picture of each kind of chart, one class each: frontier, profile, timeline, savings,
 * recording.
 *
 * <p>A picture is drawn from plain values; nothing here may read files, make plans or fit powers.
 */
package perseus.chart.kind;
