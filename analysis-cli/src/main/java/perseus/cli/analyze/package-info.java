/**
 * Holds the command {@code perseus-analyze}: its subcommands, their flags and their output.
 *
 * <p>Code that loads classes of the module {@code trainer}, or that reads or writes a file format,
 * may not be in this package.
 */
package perseus.cli.analyze;
