/**
 * Writes the manual pages and completion scripts of all commands for a software package.
 *
 * <p>No command uses this package; the build runs it.
 */
package perseus.cli.manual;
