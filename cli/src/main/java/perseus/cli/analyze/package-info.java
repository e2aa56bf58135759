/**
 * Holds the command {@code perseus-analyze}: its subcommands, their flags, and what they print.
 *
 * <p>Code that loads classes of the trainer, or that reads or writes a file format, may not be
 * here.
 */
package perseus.cli.analyze;
