/**
 * Writes the report of a directory of plans as one HTML page.
 *
 * <p>Code that plans, or that draws charts, may not be in this package.
 */
package perseus.report;
