/**
 * Holds the code that all commands share: it runs and ends a command, reports errors and shows
 * progress.
 *
 * <p>Code that loads classes of the module {@code trainer} may not be in this package.
 */
package perseus.cli.common;
