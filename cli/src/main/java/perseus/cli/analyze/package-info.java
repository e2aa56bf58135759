/**
 * Holds the command {@code perseus-analyze}: its subcommands, their flags, and what they print.
 *
 * <p>Nothing here may load classes of the trainer, nor read or write a file format itself.
 */
package perseus.cli.analyze;
