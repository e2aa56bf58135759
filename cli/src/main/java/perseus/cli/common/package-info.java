/**
 * Holds what all commands share: how a command runs and ends, reports errors and shows progress.
 *
 * <p>Nothing here may load the trainer.
 */
package perseus.cli.common;
