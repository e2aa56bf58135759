/**
 * Holds what all commands share: how a command runs and ends, reports errors and shows progress.
 *
 * <p>Code that loads classes of the module {@code trainer} may not be in this package.
 */
package perseus.cli.common;
