/**
 * Writes a report of sections with text, tables and figures as Markdown or as a web page.
 *
 * <p>What a report says is decided elsewhere; classes of this package compute no savings.
 */
package perseus.evaluation.report;
