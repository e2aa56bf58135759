/**
 * Holds what all commands share: how a command runs and ends, reports errors and shows progress.
 *
 * <p>Code that loads the trainer may not be here.
 */
package perseus.cli.common;
