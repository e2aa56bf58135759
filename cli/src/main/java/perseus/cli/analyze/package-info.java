/**
 * Holds the command perseus-analyze: its subcommands and flags.
 *
 * <p>Nothing here may load the trainer.
 */
package perseus.cli.analyze;
