/**
 * Draws each kind of chart (frontier, profile, timeline, savings, recording), with one class for
 * each kind.
 *
 * <p>Code that reads files, makes plans or fits powers may not be in this package.
 */
package perseus.chart.kind;
