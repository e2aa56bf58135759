/**
 * Writes the report of existing plans, and holds the flags of charts and reports.
 *
 * <p>Code that makes plans may not be in this package.
 */
package perseus.cli.report;
