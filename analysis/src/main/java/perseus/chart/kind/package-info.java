/**
 * Draws the picture of each kind of chart, one class each: frontier, profile, timeline, savings,
 * recording.
 *
 * <p>Code that reads files, makes plans or fits powers may not be in this package.
 */
package perseus.chart.kind;
