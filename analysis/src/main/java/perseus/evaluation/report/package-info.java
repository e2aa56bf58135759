/**
 * Writes a report of sections with text, tables and figures as Markdown or as a web page.
 *
 * <p>The classes of {@code perseus.evaluation.report} compute no savings.
 */
package perseus.evaluation.report;
